"""What people see is named, stands on marts, and belongs to a team."""

WANTED = {
    "greenery_kpi_dashboard",
    "customer_segment_explorer",
    "support_desk_export",
    "restaurant_operations_review",
    "sales_performance_report",
}


def test_what_people_see_stands_on_marts_and_has_an_owner(manifest):
    exposures = {node["name"]: node for node in manifest["exposures"].values()}
    assert set(exposures) >= WANTED
    for name, exposure in exposures.items():
        assert exposure["owner"]["name"], name
        for parent in exposure["depends_on"]["nodes"]:
            assert "/marts/" in manifest["nodes"][parent]["original_file_path"], f"{name}: {parent}"
