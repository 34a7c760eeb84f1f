"""The detector of texts: a calibrated model of five grounds and four kinds of protected speech. It suggests, with its words."""

from openiru.detect.text.detector import Text
from openiru.detect.text.labels import Label, Labelled
from openiru.detect.text.model import Model, of_bytes
from openiru.detect.text.outside import Outside, Provenance

__all__ = ["Label", "Labelled", "Model", "Outside", "Provenance", "Text", "of_bytes"]
