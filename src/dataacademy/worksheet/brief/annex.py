"""別紙: the diagrams that belong to the one-pager, on sheets of A4 on their side, as a Word document."""

from __future__ import annotations

from dataacademy.worksheet.brief.drawings import figure, pages
from dataacademy.worksheet.brief.material import Material
from dataacademy.worksheet.brief.story import Story
from dataacademy.worksheet.brief.wording import plain

NAME = "別紙_業務フロー.docx"
_HEADING = 12  # points of its letters
_HEAD, _HIGH = 24, 490  # points of a heading with the room around it, and of what stands on a sheet


def write(material: Material, story: Story, trace: str) -> bytes:
    """The document: pictures with their texts for those who cannot see them."""
    from dataacademy.worksheet.brief.word import Word

    title = f"{plain(material.theme())}（別紙）"
    word = Word(
        title=title, author=material.office or material.team_name, day=material.as_of, trace=trace, landscape=True
    )
    shown = [(diagram, page) for diagram in story.drawings for page in pages(diagram)]
    used = 0.0
    for at, (diagram, page) in enumerate(shown):
        drawn = figure(diagram, page)
        shape = drawn.size[0] / drawn.size[1]
        wide = min(word.width, (_HIGH - _HEAD) * shape, drawn.size[0])
        used += _HEAD + wide / shape
        heading = word.heading(f"別紙{at + 1}　{diagram.title}", _HEADING, before=4, after=2)
        if used > _HIGH:
            heading.paragraph_format.page_break_before, used = True, _HEAD + wide / shape
        word.picture(drawn, wide=wide, alt=diagram.alt_of(page))
    return word.saved()
