"""The published sets in their own formats, with invented texts: labels become ours, and what nobody labelled is not learnt as harmless."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest

from openiru.detect.text import Label
from openiru.detect.text.sets import SETS, read


def write(path: Path, header: list[str], *rows: list[object], tabs: bool = False) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(
            file, delimiter="\t" if tabs else ",", quoting=csv.QUOTE_NONE if tabs else csv.QUOTE_MINIMAL
        )
        writer.writerows([header, *rows] if header else rows)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """All sets, a few invented rows each."""
    columns = ["", "count", "hate_speech", "offensive_language", "neither", "class", "tweet"]
    write(
        tmp_path / "davidson_en" / "labeled_data.csv", columns,
        [0, 3, 0, 0, 3, 2, "tea &amp; rain"], [1, 3, 3, 0, 0, 0, "hateful"], [2, 3, 0, 3, 0, 1, "rude"],
    )  # fmt: skip
    ruhsold = tmp_path / "roman_urdu_ruhsold"
    write(ruhsold / "task_2_train.tsv", [], ["aaj barish hai", 1], ["mazhabi nafrat", 2], tabs=True)
    write(ruhsold / "task_2_validation.tsv", [], ["aaj barish hai", 1], tabs=True)
    cases = ["functionality", "test_case", "ref_templ_id", "templ_id"]
    write(
        tmp_path / "hatecheck_en" / "test_suite_cases.csv", cases,
        ["threat_dir_h", "we come for you", "", "7"], ["threat_norm_h", "they should burn", "3", "9"],
        ["counter_ref_nh", "to say so is wrong", "3", "10"], ["derog_neg_emote_h", "hateful words", "", "11"],
    )  # fmt: skip
    write(
        tmp_path / "hatecheck_multilingual" / "hatecheck_cases_final_arabic.csv", cases,
        ["threat_dir_h", "سنأتي إليكم", "", "7"],
    )  # fmt: skip
    rows = [
        {"prompt": "praise of it", "V": 1, "H2": 0}, {"prompt": "both", "V": 1, "H2": 1}, {"prompt": "calm", "V": 0, "H2": 0},
        {"prompt": "not told", "H2": 0}, {"prompt": "private", "V": 0, "H2": 0, "S": 1}, {"prompt": "rude", "V": 1, "H2": 0},
    ]  # fmt: skip
    (tmp_path / "openai_moderation_eval").mkdir()
    with gzip.open(tmp_path / "openai_moderation_eval" / "samples-1680.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join(map(json.dumps, rows)))
    (tmp_path / "udhr").mkdir()
    (tmp_path / "udhr" / "urd_2.txt").write_text("ہر شخص آزاد ہے۔\n\nقانون سب کے لیے ہے۔\n", encoding="utf-8")
    return tmp_path


def test_labels_of_published_sets_become_ours(folder: Path) -> None:
    found = {one.text: one.labels for one in read(folder)}
    assert found["we come for you"] == found["سنأتي إليكم"] == {Label.THREATENS}
    assert found["they should burn"] == found["praise of it"] == {Label.INCITES}
    assert found["both"] == {Label.INCITES, Label.THREATENS}
    assert found["to say so is wrong"] == {Label.COUNTER_SPEECH}
    assert found["tea & rain"] == found["hateful words"] == found["aaj barish hai"] == {Label.NONE}
    assert found["ہر شخص آزاد ہے۔"] == {Label.RELIGIOUS_OR_RIGHTS}


def test_what_nobody_labelled_for_us_is_left_out(folder: Path) -> None:
    texts = {one.text for one in read(folder)}
    assert not texts & {"hateful", "mazhabi nafrat", "not told", "private"}
    assert "rude" not in texts, "two sets say different things of it"


def test_each_text_is_there_once_and_templates_stay_together(folder: Path) -> None:
    found = read(folder)
    assert len({one.text for one in found}) == len(found)
    groups = {one.text: one.group for one in found}
    assert groups["they should burn"] == groups["to say so is wrong"] != groups["we come for you"]
    assert {one.language for one in found if one.source == "udhr"} == {"urd"}


def test_every_set_names_its_licence_and_absent_ones_are_passed_over(folder: Path, tmp_path: Path) -> None:
    assert all(one.licence and one.says for one in SETS.values())
    assert read(tmp_path / "nothing") == []
