"""What works add to a section's page: how many stand where, and the way to them."""

from datetime import date

from goals.models import Section
from goals.models.progress import Status
from goals.panels import EVERY_SECTION, Panel, panel
from goals.progress.summary import summarise
from projects.models import Project
from projects.standing import rows_in
from projects.words import LAGGING, Work

MOST_LATE = 5


@panel(EVERY_SECTION, knows_then=True)
def works(section: Section, as_of: date, *, known_then: bool = False) -> Panel | None:
    """The section's works rolled up, and the worst of them. One query of a stored day, two of another."""
    projects = Project.objects.counted().filter(theme__section=section)
    rows = rows_in(projects.select_related("plan__profile", "lead_office"), as_of, known_then=known_then)
    if not rows:
        return None
    summary = summarise(rows)
    late = [Work(project, row, as_of) for project, row in summary.worst if row.status in LAGGING]
    context = {
        "section": section,
        "summary": summary,
        "words": dict(Status.choices),
        "late": late[:MOST_LATE],
        "more": max(len(late) - MOST_LATE, 0),
    }
    return Panel("projects/_panel.html", context)
