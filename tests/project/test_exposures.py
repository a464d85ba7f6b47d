"""Every exposure reads only marts and has an owner."""

EXPOSURES = {
    "greenery_kpi_dashboard",
    "customer_segment_explorer",
    "retention_review",
    "support_desk_export",
    "restaurant_operations_review",
    "sales_performance_report",
    "cross_selling",
    "demand_planning",
}


def test_exposures_read_only_marts_and_have_an_owner(manifest):
    exposures = {node["name"]: node for node in manifest["exposures"].values()}
    assert set(exposures) >= EXPOSURES
    for name, exposure in exposures.items():
        assert exposure["owner"]["name"], name
        for parent in exposure["depends_on"]["nodes"]:
            assert "/marts/" in manifest["nodes"][parent]["original_file_path"], f"{name}: {parent}"
