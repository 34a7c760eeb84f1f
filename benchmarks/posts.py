"""Posts, names and disguises made of invented words and plain sentences in six languages: the same on every run."""

from __future__ import annotations

from random import Random

from openiru.detect.names import Alias, Quality

SENTENCES = (
    "Every person has the right to speak and to be heard by a fair court.",
    "The market opens in the morning, and the buses leave from the bridge at nine!",
    "Rain fell on the hills all night; the school was closed for 2 days.",
    "aaj mausam bohat acha hai, hum log school ja rahe hain aur wapas sham ko aayenge",
    "mera bhai kal shehar se aya tha, us ne kaha ke sarak band hai bla bla",
    "ہر شخص کو بولنے اور سنے جانے کا حق ہے، اور ہر عدالت منصف ہو۔",
    "کل رات پہاڑوں پر بارش ہوئی اور اسکول دو دن کے لیے بند رہا۔",
    "هر سړی د خبرو کولو حق لري او باید چې عدالت یې واوري.",
    "نن سهار بازار خلاص شو او خلک کار ته لاړل.",
    "هر کس حق دارد سخن بگوید و شنیده شود؛ بازار صبح باز می‌شود.",
    "لكل إنسان الحق في الكلام وفي محكمة عادلة، والسوق يفتح في الصباح.",
    "مرچی بازار پچ بیت ءُ مردم کارءَ شت انت.",
)
_LATIN_WORDS = "ba ke mi ro zu ta sha gha dar lin mor nex vul pri kan zor hest quil wem tov"
_ARABIC_WORDS = "با ري مو كا زر شت لن غو دا هو في سم قر نز جا تو خل بد عر وي"
LATIN, ARABIC = _LATIN_WORDS.split(), _ARABIC_WORDS.split()
LENGTH = 200
SEED = 11


def aliases(count: int) -> list[Alias]:
    """Names of one to three invented words, half of them in the Arabic script, two to an organisation."""
    random = Random(SEED)
    found: dict[str, Alias] = {}
    while len(found) < count:
        syllables = ARABIC if len(found) % 2 else LATIN
        words = ["".join(random.choices(syllables, k=random.randint(2, 4))) for _ in range(random.randint(1, 3))]
        text = " ".join(words)
        quality = Quality.WEAK if random.random() < 0.1 else Quality.STRONG
        found.setdefault(text, Alias(f"org{len(found) // 2}", text, quality))
    return list(found.values())


def posts(count: int, names: list[Alias], *, named: float = 0.1, disguised: float = 0.02) -> list[str]:
    """Posts of about 200 characters; these shares of them hold a name as written, or in disguise."""
    random = Random(SEED + 1)
    return [_post(random, names, named, disguised) for _ in range(count)]


def _post(random: Random, names: list[Alias], named: float, disguised: float) -> str:
    parts: list[str] = []
    while sum(map(len, parts)) < LENGTH:
        parts.append(random.choice(SENTENCES))
        syllables = random.choice((LATIN, ARABIC))
        parts.append("".join(random.choices(syllables, k=5)))
    chance = random.random()
    name = random.choice(names).text
    if chance < named:
        parts[1] = name
    elif chance < named + disguised:
        parts[1] = disguise(name, random)
    return " ".join(parts)[: LENGTH + 40]


def disguise(name: str, random: Random) -> str:
    """The name spelt out, with digits for letters, with look-alikes, or with its words tied together."""
    ways = (
        lambda: " ".join(name.replace(" ", "")),
        lambda: ".".join(name.replace(" ", "")),
        lambda: name.translate(str.maketrans("aeio", "4310")),
        lambda: name.translate(str.maketrans("aeokc", "аеокс")),
        lambda: name.replace(" ", "."),
    )
    return random.choice(ways)()
