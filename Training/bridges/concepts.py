"""Names of emoji and clip-art made into concepts, families and captions.

A *concept* is what a picture shows, whoever drew it: the Unicode CLDR name, without the person's gender, the
direction faced and the hour. A *family* is the concept's head noun ("red apple", "green apple" -> "apple"): what
must not be torn between training and test, because relatives give each other away.
"""

import re
import xml.etree.ElementTree

VARIATION_SELECTOR = "\ufe0f"
GENDER = r"(?:man|woman|men|women|person|people)"
# After a person's gender: what would say nothing without it.
PERSONAL = re.compile(r"(and|holding|standing|with|blond|bald|beard|feeding)\b")
# What follows these words tells a relative from its family.
AFTER = re.compile(r"\b(with|in|on|of|over|behind|from|without|wearing|holding|at|to|doing|playing|taking|and|by)\b")
COLOURS = "red|green|blue|black|white|yellow|orange|purple|brown|grey|gray|pink"
# Head nouns shared by things that look nothing alike: the whole name is the family.
NOT_HEADS = frozenset("face cat hand person people heart man woman symbol station house building worker game "
                      "office place sign medal ball mask".split())
# Text, flags, interface signs and bare shapes.
UNWANTED = re.compile(
    r":|button|^input|asterisk|\bsign$|\b(?<!kiss )mark$|arrow$(?<!bow and arrow)(?<!with arrow)|arrow curving|arrows|"
    rf"(crossed|black|white|chequered|triangular|pirate|rainbow|transgender) flags?$|hundred points|zzz|mahjong|"
    rf"({COLOURS}|small|medium|large) (circle|square|diamond|triangle)|hollow|(club|diamond|heart|spade) suit|"
    r"symbol$|hash|circled|trade mark|equals|zodiac", re.IGNORECASE)
UNWANTED_LABELS = frozenset({"Symbols"})


def read_labels(path):
    """{characters: first-level label} from CLDR's labels.txt."""
    labels = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        fields = [field.strip() for field in line.split(";")]
        if line.startswith("#") or len(fields) < 2:
            continue
        for characters in members(fields[0].strip("[]")):
            labels[characters.replace(VARIATION_SELECTOR, "")] = fields[1]
    return labels


def members(text):
    """The characters and {sequences} of a Unicode set without its brackets; a-b is a range."""
    found = re.findall(r"\{([^}]+)\}|(.)-(.)|(\S)", text)
    for sequence, first, last, single in found:
        if first:
            yield from (chr(code) for code in range(ord(first), ord(last) + 1))
        else:
            yield sequence or single


def read_keywords(common):
    """{name: keywords} in English, of every annotated character."""
    names, keywords = {}, {}
    for folder in ("annotations", "annotationsDerived"):
        for entry in xml.etree.ElementTree.parse(common / folder / "en.xml").getroot().iter("annotation"):
            (names if entry.get("type") == "tts" else keywords)[entry.get("cp")] = entry.text
    return {name: keywords[c].split(" | ") for c, name in names.items() if c in keywords}


def concept(name):
    """"woman cook facing right" -> "cook", "ten-thirty" and "one o'clock" -> "clock"."""
    name = name.lower().replace("’", "'")
    if re.search(r"o'clock$|-thirty$", name):
        return "clock"
    name = re.sub(r" facing right$", "", name)
    shorter = re.sub(rf"^{GENDER} (in |with |wearing )?", "", name)
    return name if not shorter or PERSONAL.match(shorter) else shorter


def family(name):
    """The head noun of a concept, singular."""
    name = re.sub(r"[^a-z' -]", " ", name)
    head = AFTER.split(name)[0].strip() or name
    head = re.sub(r"(?<=\w) (face|head)$", "", head)
    head = re.sub(rf"^({COLOURS}) (?=\w)", "", head)
    last = singular(head.split()[-1])
    return head if last in NOT_HEADS else last


def singular(word):
    if re.search(r"(ss|us|is)$", word) or len(word) < 4:
        return word
    if word.endswith("ies") and len(word) > 4:
        return word.removesuffix("ies") + "y"
    return re.sub(r"(?<=[xh])es$|s$", "", word)


def article(name):
    if re.match(r"(one|two|three|a|an|the)\b", name) or re.search(r"(?<![s'u])s$", name):
        return name
    return ("an " if name[0] in "aeiou" else "a ") + name


def captions(name, keywords):
    """The phrasings of one name: itself, a sentence, the keywords beside it."""
    others = [word.lower() for word in keywords if word.lower() != name][:6]
    phrases = [name, f"a drawing of {article(name)}"]
    return phrases + ([", ".join(others)] if len(others) > 1 else [])
