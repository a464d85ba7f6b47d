"""Filters that several pages have."""

from answers import Choice, Filter
from marts import Marts


def locations(marts: Marts, choice: Choice) -> dict[str, str]:
    """The places of a shop; none where its orders have no place."""
    rows = marts.frame(
        "select locations.location_id, locations.location_name from core.dim_locations as locations"
        " inner join core.dim_domains as domains on locations.domain = domains.domain"
        " where locations.domain = $domain and domains.has_locations"
        " order by locations.location_name, locations.location_id",
        choice.parameters("domain"),
    )
    return dict(zip(rows["location_id"], rows["location_name"], strict=True))


LOCATION = Filter("location", "Location", locations)
