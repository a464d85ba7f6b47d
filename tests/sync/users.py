"""Users of the plant shop, and what the desk must have of them."""

from dataclasses import dataclass
from datetime import date

SEGMENTS = {
    1: ("Champions", "VIP"),
    2: ("At Risk", "Core"),
    3: ("Need Attention", "Core"),
    4: ("Promising", "Potential"),
    5: ("Hibernating", "Churn Risk"),
}
DAY = date(2024, 6, 30)


@dataclass(frozen=True)
class User:
    """A row of rfm.support_priority."""

    user_id: str
    email: str | None
    priority: int | None = 1
    monetary: int = 100


def fields_of(priority: int, as_of: object = 1719705600) -> dict[str, object]:
    """What the desk must have of a user with this priority; 1719705600 is DAY, midnight UTC."""
    segment, group = SEGMENTS[priority]
    return {
        "Support priority": priority,
        "Customer segment": segment,
        "Customer group": group,
        "Customer segment as of": as_of,
    }
