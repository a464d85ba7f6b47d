"""Every exposure has an owner and reads only marts; data_quality also reads quarantine."""

EXPOSURES = {
    "greenery_kpi_dashboard",
    "customer_segment_explorer",
    "retention_review",
    "support_desk_export",
    "restaurant_operations_review",
    "sales_performance_report",
    "cross_selling",
    "demand_planning",
    "overview",
    "data_quality",
}


def test_exposures_read_only_marts_and_have_an_owner(manifest):
    exposures = {node["name"]: node for node in manifest["exposures"].values()}
    assert set(exposures) >= EXPOSURES
    for name, exposure in exposures.items():
        assert exposure["owner"]["name"], name
        for parent in exposure["depends_on"]["nodes"]:
            node = manifest["nodes"][parent]
            is_mart = "/marts/" in node["original_file_path"]
            is_left_out = name == "data_quality" and node["config"]["schema"] == "quarantine"
            assert is_mart or is_left_out, f"{name}: {parent}"
