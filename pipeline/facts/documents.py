"""Article -> official documents cited (`documents`) and every mention of them."""

from __future__ import annotations

import dataclasses
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from typing import ClassVar

from pipeline.facts.mentions import MentionRow
from pipeline.lexicon import cached, read_lexicon
from pipeline.model import Article, Findings, Mention, Row, column, make_id
from pipeline.vietnamese.patterns import any_of
from pipeline.vietnamese.spelling import fold
from pipeline.vietnamese.symbols import Symbol, find_symbols, symbol_key


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow(Row):
    """One official document; the same over all articles."""

    TABLE: ClassVar[str] = "documents"

    document_id: str = column("Key of the document: from number and issuer, or type and title.", key=True)
    number: str | None = column("`07-CTr/TU`, `15/2021/QĐ-UBND`; null for laws cited by name.", default=None)
    type: str = column("`Chương trình`, `Nghị quyết`, `Quyết định`, `Chỉ thị`, `Kế hoạch`, `Luật` …")
    issuer: str | None = column("Who issued it, where stated or told by the symbol.", default=None)
    title: str | None = column("The title, without quotation marks.", default=None)
    year: int | None = column("Year of issue.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Citation:
    """One place where a document is cited. `lead` is its number without zeros in front, `key` what tells it from others."""

    start: int
    end: int
    rule: str
    confidence: float
    type: str
    lead: str | None = None
    number: str | None = None
    number_year: int | None = None
    year: int | None = None
    issuer: str | None = None
    title: str | None = None
    told: bool = False  # issuer or date stand beside the number
    placed: bool = False  # the place in `key` stands beside the number, it is no guess
    key: tuple[str, ...] = ()


_CENTRAL_CITIES = ("hà nội", "hồ chí minh", "hải phòng", "đà nẵng", "cần thơ", "huế")
_ANY_PAPER = ("Công văn",)  # `văn bản số 88/TB-VPCP` is a notice: the words say nothing of the kind
_BY_TERM = "term"
_ALWAYS_WITH_YEAR = ("Nghị định", "Thông tư", "Luật")  # a number without its year is short for one with it
# Words that may follow a short form: a noun would make the number a count (`Kế hoạch 10 năm`, `Báo cáo 15 vụ`).
_FOLLOWER = (
    r"(?=\s{0,2}(?:$|[.,;:()”\"“!?…\n–-])|\s(?:của|về|ngày\s\d{1,2}|năm\s(?:19|20)\d\d|(?:19|20)\d\d|và|hoặc|quy\sđịnh|có|đã|cũng|"
    r"được|nêu|yêu\scầu|ban\shành|còn|nhằm|tập\strung|hướng\sdẫn|chấp\sthuận|không|áp\sdụng|là|để|trong|với|thì|này|gồm|"
    r"đặt\sra|xác\sđịnh|đề\sra|do|từ|theo|trên|ra\sđời|bao\sgồm|hiện|chưa|cho|tại|mới|giao|chỉ\srõ)(?!\w))"
)
_QUOTE = re.compile(
    r"[\s,(:]{0,3}(?:(?:về\sviệc|về|v/v|ban\shành|phê\sduyệt|thực\shiện)\s{1,2})?[“\"«](?P<title>[^“”\"«»]{5,400})[”\"»]"
)
_ABOUT = re.compile(r",?\s(?:về\sviệc|về|v/v)\s(?P<title>(?:[^.;:()“”\"\n|]|\n(?!\n)){10,240})(?=[.;)(]|\n\n|$)")
_PREDICATE = re.compile(r"\s(?:đã|được|yêu cầu|có hiệu lực|nêu rõ|quy định rõ|cho biết|sẽ|cần|phải|nhằm|chính thức|là)\s")
_DATED = re.compile(
    r"\)?,?\s{1,2}(?:(?:ban\shành|ký)\s)?(?:ngày\s\d{1,2}(?:\s?[/.-]\s?\d{1,2}\s?[/.-]\s?|\stháng\s\d{1,2}\snăm\s)|năm\s)"
    r"(?P<year>(?:19|20)\d\d)(?!\d)"
)
_OF = re.compile(r",?\s{1,2}của\s(?P<issuer>[^\s.,;:()“”\"]+(?:\s[^\s.,;:()“”\"]+){0,11})")
_ISSUER_END = re.compile(
    r"\s(?:về|quy định|ban hành|hướng dẫn|phê duyệt|sửa đổi|để|đã|khóa|có|ngày|trong|do|được|năm|cho|nhằm|thực hiện|là|"
    r"như|định|đến|bổ sung|yêu cầu|nêu|cũng|sẽ|triển khai|thông qua|chỉ đạo|vừa|ký|gửi|đối với|liên quan|thì|mà|với|công bố|"
    r"và(?! Đào tạo| Công nghệ| Môi trường| Đầu tư| Du lịch| Thể thao| Xã hội| Truyền thông| Phát triển))(?=\s|$)"
)
_PLACE = re.compile(
    r"(?:(?<!\w)(?:tỉnh|thành\sphố|tp\.?|thành\sủy|tỉnh\sủy|ubnd|hđnd|huyện|quận|thị\sxã|xã|phường)\s?)+"
    r"(?P<name>[^\W\d_]+(?:\s[^\W\d_]+){0,3})"
)


def read_rows(article: Article, mentions: Sequence[Mention], findings: Findings) -> Iterable[Row]:
    """DocumentRow and MentionRow of every official document the article cites."""
    reader = _Reader(article)
    citations = reader.read()
    rows: list[Row] = [
        MentionRow(
            article_id=article.article_id,
            kind="document",
            document_id=make_id("document", *found.key),
            text=article.text[found.start : found.end],
            start=found.start,
            end=found.end,
            rule=found.rule,
            confidence=found.confidence,
        )
        for found in citations
    ]
    return [*_merge_documents(citations), *rows]


def _merge_documents(citations: Sequence[_Citation]) -> Iterator[DocumentRow]:
    """One row for each document: of every column the first that any citation tells."""
    groups: dict[tuple[str, ...], list[_Citation]] = {}
    for found in citations:
        groups.setdefault(found.key, []).append(found)
    for key, group in groups.items():
        yield DocumentRow(
            document_id=make_id("document", *key),
            number=next((c.number for c in group if c.number), None),
            type=group[0].type,
            issuer=next((c.issuer for c in group if c.issuer), None),
            title=next((c.title for c in group if c.title), None),
            year=next((c.year for c in group if c.year), None),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lists:
    """The word lists in the form the rules need."""

    type_of_words: dict[str, str]
    types_of_symbol: dict[str, tuple[str, ...]]
    type_spelling: dict[str, str]
    issuers: dict[str, Mapping[str, str]]
    issuer_spelling: dict[str, str]
    laws: dict[str, tuple[str, ...]]
    before: re.Pattern[str]
    short: re.Pattern[str]
    bare: re.Pattern[str]


@cached
def _lists() -> _Lists:
    type_of_words: dict[str, str] = {}
    types_of_symbol: dict[str, tuple[str, ...]] = {}
    type_spelling: dict[str, str] = {}
    for row in read_lexicon("document_types"):
        for words in row["words"].split(";"):
            if words != "-":
                type_of_words.setdefault(fold(words), row["type"])
        for symbol in filter(None, row["symbols"].split(";")):
            key = symbol_key(symbol)
            types_of_symbol[key] = (*types_of_symbol.get(key, ()), row["type"])
            type_spelling.setdefault(key, symbol)
    issuers: dict[str, Mapping[str, str]] = {}
    issuer_spelling: dict[str, str] = {}
    for row in read_lexicon("issuers"):
        issuers.setdefault(symbol_key(row["symbol"]), row)
        issuer_spelling.setdefault(symbol_key(row["symbol"]), row["symbol"])
    laws: dict[str, list[str]] = {}
    for row in read_lexicon("laws"):
        name = fold(row["name"])
        laws.setdefault(name.split()[0].rstrip(","), []).append(name)
    words = any_of(type_of_words, space=r"\s")
    return _Lists(
        type_of_words=type_of_words,
        types_of_symbol=types_of_symbol,
        type_spelling=type_spelling,
        issuers=issuers,
        issuer_spelling=issuer_spelling,
        laws={first: tuple(sorted(names, key=lambda n: (-len(n), n))) for first, names in laws.items()},
        before=re.compile(rf"(?:(?<!\w)(?P<words>{words})\s{{1,2}})?(?P<so>(?<!\w)số\s?:?\s{{0,2}})?$"),
        short=re.compile(
            rf"(?<!\w)(?P<words>{words})\s(?P<so>số\s?:?\s?)?(?P<digits>\d{{1,5}}[a-z]?)(?:/(?P<year>(?:19|20)\d\d))?"
            rf"(?![\w%]|[.,/:]\d|\s?[-–/]\s?\w){_FOLLOWER}"
        ),
        bare=re.compile(
            rf"(?<!\w)(?P<words>{words})(?=\s(?:này|trên|đã|được|đạt|nêu|quy\sđịnh|gồm|xác\sđịnh|đặt\sra|đề\sra|"
            r"có\shiệu\slực|trong|tại|theo|đến)(?!\w)|[.,;)])"
        ),
    )


class _Reader:
    """The citations of one article, rule by rule; later rules lean on the documents found by earlier ones."""

    def __init__(self, article: Article) -> None:
        self.article = article
        self.text = article.text
        # Lines broken inside a paragraph are read as if they were not; the length stays.
        self.folded = _BROKEN_LINE.sub(" ", fold(article.text))
        self.lists = _lists()

    def read(self) -> list[_Citation]:
        numbered = self._resolve_numbered([self._read_numbered(symbol) for symbol in self._symbols()])
        laws = self._read_laws(numbered)
        taken = _Spans([*numbered, *laws])
        short = [found for found in self._read_short(numbered) if taken.is_free(found.start, found.end)]
        taken.add(short)
        bare = [found for found in self._read_bare([*numbered, *laws]) if taken.is_free(found.start, found.end)]
        return sorted([*numbered, *laws, *short, *bare], key=lambda c: (c.start, c.end))

    def _symbols(self) -> Iterator[Symbol]:
        lists = self.lists
        return find_symbols(
            self.text,
            types=lists.type_spelling,
            issuers=lists.issuer_spelling,
            announced=lambda start: _announce(self.folded, start, lists.before),
        )

    # `Nghị quyết số 57-NQ/TW ngày 22/12/2024 của Bộ Chính trị về …`, `1234/UBND-KT`, `Luật Dược số 105/2016/QH13`
    def _read_numbered(self, symbol: Symbol) -> _Citation:
        words, start = _words_before(self.folded, symbol.start, self.lists.before)
        law = None if words else self._law_before(symbol.start)
        kind = self._type_of(symbol, words, by_name=bool(law))
        dated = _DATED.match(self.folded, symbol.end)
        end = dated.end() if dated else symbol.end
        year = symbol.year or (int(dated["year"]) if dated else None)
        of = _OF.match(self.folded, end)
        issuer_row = self._issuer_row(symbol)
        words = self.text[of.start("issuer") : of.end("issuer")] if of else ""
        stated = _read_issuer(words, issuer_row) if words else None
        if of and (named := _ISSUER_END.search(words)):
            end = of.start("issuer") + named.start()
        place = self._place(issuer_row, stated, symbol.start)
        number_key = "/".join([symbol.digits.lstrip("0") or "0", str(symbol.year or ""), *map(symbol_key, symbol.parts)])
        return _Citation(
            start=law[0] if law else start,
            end=symbol.end,
            rule="documents.law_with_number" if law else "documents.symbol",
            confidence=0.99,
            type=kind,
            lead=symbol.digits.lstrip("0") or "0",
            number=symbol.number,
            number_year=symbol.year,
            year=year,
            issuer=self._issuer_name(issuer_row, stated, place),
            title=law[1] if law else self._title(end),
            told=bool(stated or dated),
            placed=bool(stated and _find_place(stated)),
            key=(number_key, fold(place or ""), "" if symbol.year else self._series(issuer_row, year)),
        )

    def _law_before(self, number: int) -> tuple[int, str] | None:
        """(where it begins, its name) of the law named just before `số` and its number."""
        named = _LAW_THEN_NUMBER.search(self.folded, max(0, number - 170), number)
        if not named:
            return None
        start = named.start("kind")
        name = " ".join(self.text[start : named.end("name")].split())
        namesakes = self.lists.laws.get(named["name"].split()[0].rstrip(","), ())
        listed = any(named["name"].startswith(law) for law in namesakes)
        return (start, name) if listed or (self.text[named.start("name")].isupper() and len(name.split()) < 9) else None

    def _type_of(self, symbol: Symbol, words: str | None, *, by_name: bool) -> str:
        """The words before the number and its symbol tell together: `Chương trình số 32-CT/TU` is no Chỉ thị."""
        said = self.lists.type_of_words.get(words) if words else None
        known = self.lists.types_of_symbol.get(symbol_key(symbol.parts[0]), ())
        if by_name or (not known and not said and symbol_key(symbol.parts[0]).startswith("qh")):
            return "Luật"
        if said and (said in known or not known or (len(known) > 1 and said not in _ANY_PAPER)):
            return said
        if known:
            return known[0]
        return "Nghị quyết" if symbol_key(symbol.parts[0]).startswith("ubtvqh") else "Công văn"

    def _issuer_row(self, symbol: Symbol) -> Mapping[str, str] | None:
        of_type = symbol_key(symbol.parts[0]) in self.lists.types_of_symbol and len(symbol.parts) > 1
        part = symbol_key(symbol.parts[1 if of_type else 0])
        return self.lists.issuers.get(part) or self.lists.issuers.get(part.rstrip("0123456789"))

    def _series(self, row: Mapping[str, str] | None, year: int | None) -> str:
        """Numbers without a year begin again each January: the year stated, else that of the article, tells them apart."""
        if row is not None and row["numbering"] == _BY_TERM:
            return ""
        published = self.article.published_at.year if self.article.published_at else ""
        return str(year or published)

    def _place(self, row: Mapping[str, str] | None, stated: str | None, at: int) -> str | None:
        """The place a local number belongs to: of the issuer named, of the portal, or the one named nearest."""
        if row is not None and row["level"] == "nation":
            return None
        if stated and (place := _find_place(stated)):
            return place
        return self.article.place or (self._place_around(at) if row is not None else None)

    def _place_around(self, at: int) -> str | None:
        """The place named nearest to here in the article: `Thành ủy Hà Nội`, `tỉnh Quảng Trị`."""
        starts = [start for start, _ in self._places]
        n = bisect_right(starts, at)
        near = self._places[max(0, n - 1) : n + 1]
        return min(near, key=lambda place: abs(place[0] - at))[1] if near else None

    @cached_property
    def _places(self) -> list[tuple[int, str]]:
        found = ((m.start(), _read_place(self.text, m)) for m in _PLACE.finditer(self.folded))
        return [(start, place) for start, place in found if place]

    def _issuer_name(self, row: Mapping[str, str] | None, stated: str | None, place: str | None) -> str | None:
        if stated or row is None:
            return stated
        province_form, _, city_form = row["issuer"].partition(";")
        if row["level"] != "province":
            return province_form
        if not place:  # `Ủy ban nhân dân`, whether of a province or a city
            both = zip(province_form.split(), (city_form or province_form).split(), strict=False)
            words = [word for word, _ in takewhile(lambda pair: pair[0] == pair[1], both)]
            return " ".join(words) if len(words) > 1 else None
        return f"{city_form if city_form and fold(place) in _CENTRAL_CITIES else province_form} {place}"

    def _title(self, end: int) -> str | None:
        if quoted := _QUOTE.match(self.text, end):
            return " ".join(quoted["title"].split())
        about = _ABOUT.match(self.text, end)
        title = about["title"].strip() if about else ""
        unsure = _PREDICATE.search(title) or re.search(r",\s[A-ZĐ]|\sdo\s[A-ZĐ]", title)
        return None if not title or unsure else " ".join(title.split())

    # Chương trình số 04-CTr/TU, 05-CTr/TU và 06-CTr/TU của Thành ủy Hà Nội
    def _share_tails(self, found: list[_Citation]) -> list[_Citation]:
        """What stands behind the last number of a list is said of all: who issued them, and when."""
        shared: list[_Citation] = []
        for one in reversed(found):
            after = shared[-1] if shared else None
            if after and after.told and not one.told and _LISTED.fullmatch(self.folded, one.end, after.start):
                dated = after.key[2] if after.key[2] == str(after.year) else one.key[2]
                one = dataclasses.replace(
                    one,
                    issuer=after.issuer or one.issuer,
                    year=one.year or after.year,
                    told=True,
                    placed=after.placed,
                    key=(one.key[0], after.key[1], "" if one.number_year else dated),
                )
            shared.append(one)
        return shared[::-1]

    def _resolve_numbered(self, found: list[_Citation]) -> list[_Citation]:
        """`Nghị định số 116/NĐ-CP` beside `116/2020/NĐ-CP` is the same; so is a number dated in one place only."""
        found = _unify_places(self._share_tails(found))
        full: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
        dated: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
        for one in found:
            if one.number_year:
                full.setdefault((one.type, one.lead or "", one.key[1]), set()).add(one.key)
            elif one.year:
                dated.setdefault(one.key[:2], set()).add(one.key)
        resolved = []
        for one in found:
            same = full.get((one.type, one.lead or "", one.key[1]), set()) if one.type in _ALWAYS_WITH_YEAR else set()
            if one.number_year is None and len(same) == 1:
                one = dataclasses.replace(one, key=next(iter(same)), number=None)
            elif one.number_year is None and one.year is None and len(dated.get(one.key[:2], ())) == 1:
                one = dataclasses.replace(one, key=next(iter(dated[one.key[:2]])))
            resolved.append(one)
        return resolved

    # `Luật Đất đai 2024`, `Hiến pháp năm 2013`, `Bộ luật Hình sự`; not `luật sư`, `dự thảo Luật Nhà giáo`
    def _read_laws(self, numbered: list[_Citation]) -> list[_Citation]:
        taken = _Spans(numbered)
        found = []
        for match in _LAW.finditer(self.text):
            named = self._law_name(match)
            if named is None or not taken.is_free(match.start(), named):
                continue
            year = _LAW_YEAR.match(self.text, named)
            title = " ".join(self.text[match.start() : named].split())
            found.append(
                _Citation(
                    start=match.start(),
                    end=named,
                    rule="documents.law_by_name",
                    confidence=0.9,
                    type=match["kind"].capitalize(),
                    title=title,
                    year=int(year["year"]) if year else None,
                    issuer="Ủy ban Thường vụ Quốc hội" if match["kind"].lower() == "pháp lệnh" else "Quốc hội",
                )
            )
        by_title: dict[str, list[_Citation]] = {}
        for one in (*numbered, *found):
            if one.title:
                by_title.setdefault(fold(one.title), []).append(one)
        return [_identify_law(one, by_title[fold(one.title or "")]) for one in found]

    def _law_name(self, match: re.Match[str]) -> int | None:
        """Where the name of the law ends."""
        if match["kind"] == "luật" and not self.text[match.end()].isupper():
            return None  # pháp luật đất đai
        if match["kind"].lower() == "hiến pháp":
            return match.end("kind")
        if _DRAFT.search(self.folded, max(0, match.start() - 10), match.start()):
            return None
        start = match.end()
        first = re.match(r"[^\W\d_]+", self.folded[start : start + 12])
        for name in self.lists.laws.get(first.group(), ()) if first else ():
            end = start + len(name)
            if self.folded.startswith(name, start) and not self.folded[end : end + 1].isalnum():
                if " " not in name and not self.text[start].isupper():
                    return None
                return None if re.match(r"\s\(sửa đổi(?:\)|,)", self.folded[end : end + 12]) else end
        return self._unlisted_law(start)

    def _unlisted_law(self, start: int) -> int | None:
        """A law no list knows, told by the year after its name: `Luật Đường cao tốc 2027`."""
        named = re.match(r"[^\W\d_]+(?:,?\s[^\W\d_]+){1,9}?(?=\s(?:năm\s)?(?:19|20)\d\d(?!\d))", self.text[start : start + 110])
        if not named or not self.text[start].isupper() or _PREDICATE.search(named.group()):
            return None
        return start + named.end()

    # `Chương trình 07`, `Nghị quyết số 57`, `Nghị định 131/2018`; not `Kế hoạch 10 năm`, `Báo cáo 15 vụ`
    def _read_short(self, numbered: list[_Citation]) -> list[_Citation]:
        full: dict[tuple[str, str], list[_Citation]] = {}
        for one in numbered:
            full.setdefault((one.type, one.lead or ""), []).append(one)
        found = []
        for match in self.lists.short.finditer(self.folded):
            digits, written = match["digits"], self.text[match.start()]
            if not (written.isupper() or match["so"]) or (len(digits) < 2 and not (match["so"] and written.isupper())):
                continue
            one = _Citation(
                start=match.start(),
                end=match.end(),
                rule="documents.short_form",
                confidence=0.85,
                type=self.lists.type_of_words[re.sub(r"\s", " ", match["words"])],
                lead=digits.lstrip("0") or "0",
                number_year=int(match["year"]) if match["year"] else None,
            )
            fits = full.get((one.type, one.lead or ""), ())
            keys = {c.key for c in fits if not one.number_year or one.number_year in (c.number_year, c.year)}
            if len(keys) == 1:
                found.append(dataclasses.replace(one, key=keys.pop()))
            elif not keys:
                found.append(self._unnumbered(one, match))
        return found

    def _unnumbered(self, one: _Citation, match: re.Match[str]) -> _Citation:
        """A document cited without its symbol: known by its type and number, and who issued it where that is said."""
        dated = _DATED.match(self.folded, match.end())
        of = _OF.match(self.folded, dated.end() if dated else match.end())
        year = one.number_year or (int(dated["year"]) if dated else None)
        issuer = _read_issuer(self.text[slice(*of.span("issuer"))], None) if of else None
        shown = match["digits"] + (f"/{one.number_year}" if one.number_year else "")
        return dataclasses.replace(
            one,
            rule="documents.without_symbol",
            confidence=0.7,
            year=year,
            issuer=issuer,
            title=f"{one.type} {shown}",
            key=(fold(one.type), one.lead or "", str(one.number_year or "")),
        )

    # `Chương trình gồm 3 mục` where the article cites one programme only
    def _read_bare(self, known: list[_Citation]) -> list[_Citation]:
        if not known:
            return []
        by_type: dict[str, set[tuple[str, ...]]] = {}
        for one in known:
            if one.type not in ("Luật", "Bộ luật"):  # `Luật` alone is most often the bill that the article is about
                by_type.setdefault(one.type, set()).add(one.key)
        first = {kind: min(c.start for c in known if c.type == kind) for kind in by_type}
        found = []
        for match in self.lists.bare.finditer(self.folded):
            if _NOT_ISSUED.search(self.folded, max(0, match.start() - 12), match.start()):
                continue
            kind = self.lists.type_of_words[re.sub(r"\s", " ", match["words"])]
            if len(by_type.get(kind, ())) != 1 or match.start() < first[kind] or not self.text[match.start()].isupper():
                continue
            if match.start() < 3 or _LIST_MARK.search(self.text[match.start() - 3 : match.start()]):
                continue  # capital of the sentence, not of the name
            found.append(
                _Citation(
                    start=match.start(),
                    end=match.end(),
                    rule="documents.bare_type",
                    confidence=0.7,
                    type=kind,
                    key=next(iter(by_type[kind])),
                )
            )
        return found


_LAW = re.compile(
    r"(?<![\w-])(?P<kind>Bộ luật|bộ luật|Luật|luật|Pháp lệnh|pháp lệnh|Hiến pháp(?!\w))(?:\s(?=[^\W\d_])|(?<=pháp))"
)
_LAW_YEAR = re.compile(
    r",?\s(?:năm\s|\(|ngày\s\d{1,2}(?:[/.-]\d{1,2}[/.-]|\stháng\s\d{1,2}\snăm\s))?(?P<year>(?:19|20)\d\d)(?!\d)"
)
_LISTED = re.compile(r"\s?[,;]?\s(?:(?:và|cùng|hoặc)\s)?(?:(?:các|số)\s){0,2}")
_LAW_THEN_NUMBER = re.compile(
    r"(?<!pháp\s)(?<!\w)(?P<kind>bộ\sluật|luật|pháp\slệnh)\s(?P<name>(?:(?!nghị\s|quyết\s|quy\sđịnh|luật\s|tại\s|theo\s)"
    r"[^\s.;:()“”\d]{1,12}\s){1,24}?)số\s?:?\s?$"
)
_BROKEN_LINE = re.compile(r"(?<!\n)\n(?!\n)")
_PARTY_BODY = re.compile(r"(?:Bộ Chính trị|Ban Bí thư|Ban Chấp hành Trung ương(?: Đảng)?|Hội nghị (?:lần thứ \w+ )?Trung ương)")


_LIST_MARK = re.compile(r"(?:^|[.!?:;“\"\n•–-])\s{0,2}$")
_NOT_ISSUED = re.compile(r"(?:dự án|dự thảo|các|những|xây dựng|ban hành|trình)\s$")
_DRAFT = re.compile(r"(?:dự án|dự thảo|đại học|trường|khoa|ngành|xây dựng)\s$")


def _words_before(folded: str, number: int, before: re.Pattern[str]) -> tuple[str | None, int]:
    """The words of the type before a number, and where the whole citation begins."""
    found = before.search(folded, max(0, number - 40), number)
    if found and found["words"]:
        return re.sub(r"\s", " ", found["words"]), found.start()
    return None, number


def _announce(folded: str, number: int, before: re.Pattern[str]) -> str:
    """What the words before a place announce: `type` (`Công văn số`), `number` (`số`), or nothing."""
    found = before.search(folded, max(0, number - 40), number)
    return "" if not found else "type" if found["words"] else "number" if found["so"] else ""


def _read_issuer(words: str, row: Mapping[str, str] | None) -> str | None:
    """The issuer after `của`, cut at the first word that is not of its name; None for `của ông`, `của thành phố`.

    Where the symbol names one body of the nation, the symbol is surer; only TW stands for several.
    """
    words = " ".join(words.split())
    if row is not None and row["level"] == "nation":
        party = _PARTY_BODY.match(words) if row["numbering"] == _BY_TERM else None
        return party.group() if party else None
    cut = _ISSUER_END.search(words)
    name = words[: cut.start()] if cut else words
    if not name[0].isupper() or len(name) < 4:
        return None
    return re.sub(r"\bUBND\b", "Ủy ban nhân dân", re.sub(r"\bHĐND\b", "Hội đồng nhân dân", name))


def _find_place(words: str) -> str | None:
    found = _PLACE.search(fold(words))
    return _read_place(words, found) if found else None


def _read_place(text: str, match: re.Match[str]) -> str | None:
    """The name of the place: a province however it is written, else one or two capitalised words.

    `Phó Chủ tịch UBND tỉnh Nguyễn Văn An` names a person, no place.
    """
    name = []
    for word in text[match.start("name") : match.end("name")].split(" "):
        if not word[:1].isupper():
            break
        name.append(word)
    provinces = _provinces()
    for count in range(len(name), 0, -1):
        if known := provinces.get(fold(" ".join(name[:count]))):
            return known
    return " ".join(name) if 0 < len(name) <= 2 and not name[0].isupper() else None


@cached
def _provinces() -> dict[str, str]:
    """Folded name or alias -> name of the province or city."""
    found: dict[str, str] = {}
    for row in read_lexicon("provinces"):
        for name in (row["name"], *filter(None, row["aliases"].split(";"))):
            found.setdefault(fold(name), row["name"])
    return found


def _unify_places(found: list[_Citation]) -> list[_Citation]:
    """One local number in one article is one document, unless the text names two places for it."""
    stated: dict[str, list[_Citation]] = {}
    for one in found:
        stated.setdefault(one.key[0], []).append(one)
    unified = []
    for one in found:
        same = stated[one.key[0]]
        first = next((c for c in same if c.placed), same[0])
        if not one.placed:
            one = dataclasses.replace(one, key=(one.key[0], first.key[1], one.key[2]), issuer=first.issuer or one.issuer)
        unified.append(one)
    return unified


def _identify_law(one: _Citation, namesakes: Sequence[_Citation]) -> _Citation:
    """A law cited by name is the one cited with its number, or with its year, where there is only one such."""
    numbered = {c.key for c in namesakes if c.number and (not one.year or one.year == c.year)}
    if len(numbered) == 1:
        return dataclasses.replace(one, key=numbered.pop())
    years = {c.year for c in namesakes if c.year}
    year = one.year or (years.pop() if len(years) == 1 else None)
    return dataclasses.replace(one, year=year, key=(fold(one.title or ""), str(year or "")))


class _Spans:
    """Which characters are already part of a citation."""

    def __init__(self, citations: Iterable[_Citation]) -> None:
        self._spans: list[tuple[int, int]] = []
        self.add(citations)

    def add(self, citations: Iterable[_Citation]) -> None:
        self._spans = sorted([*self._spans, *((c.start, c.end) for c in citations)])

    def is_free(self, start: int, end: int) -> bool:
        n = bisect_right(self._spans, (start, end))
        return all(not (a < end and start < b) for a, b in self._spans[max(0, n - 1) : n + 1])
