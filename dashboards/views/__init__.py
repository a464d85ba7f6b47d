"""The pages in the order of the menu."""

from views import (
    cross_selling,
    customer_segment_explorer,
    data_quality,
    demand_planning,
    greenery_kpi_dashboard,
    overview,
    restaurant_operations_review,
    retention_review,
    sales_performance_report,
)

PAGES = (
    overview.PAGE,
    greenery_kpi_dashboard.PAGE,
    restaurant_operations_review.PAGE,
    sales_performance_report.PAGE,
    customer_segment_explorer.PAGE,
    retention_review.PAGE,
    cross_selling.PAGE,
    demand_planning.PAGE,
    data_quality.PAGE,
)
