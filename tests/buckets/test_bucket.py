"""Raw files from a bucket and published files into one, against moto's server on loopback."""

import csv
import io
import json
import os
import shutil
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import Request, urlopen

import boto3
import duckdb
import pytest
from moto.server import ThreadedMotoServer

ROOT = Path(__file__).resolve().parents[2]
SMALL_PROJECT = ROOT / "tests/runner/small_project"
SALES = "raw/shop/sales"


@pytest.fixture(scope="module")
def server():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="module")
def s3_environment(server):
    return {
        **{"AWS_ENDPOINT_URL": server, "AWS_DEFAULT_REGION": "eu-central-1"},
        **{"AWS_ACCESS_KEY_ID": "anyone", "AWS_SECRET_ACCESS_KEY": "very-secret"},
    }


@pytest.fixture
def bucket(server):
    """A new bucket, as boto3's resource."""
    resource = boto3.resource(
        "s3",
        endpoint_url=server,
        region_name="eu-central-1",
        aws_access_key_id="anyone",
        aws_secret_access_key="very-secret",
    )
    name = f"test-{uuid.uuid4()}"
    yield resource.create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    shutil.rmtree(ROOT / "target" / "raw" / name, ignore_errors=True)


@pytest.fixture
def copy(bucket):
    """The folder that the bucket's files are copied into."""
    return ROOT / "target" / "raw" / bucket.name / "raw" / "shop"


@pytest.fixture
def check(run_cli, bucket, s3_environment):
    """check(): checks the bucket's files; its outcome."""

    def run(*options, environment=s3_environment):
        address = f"s3://{bucket.name}/raw/shop"
        command = ("check", "--domains", "sales", "--raw-dir", address)
        return run_cli(*command, *options, env=environment)

    return run


@pytest.fixture
def delivered(bucket, contract):
    """The bucket with the seeds of sales: the look-up tables, and the orders of some days."""
    for table in contract["sales"]:
        text = (ROOT / f"seeds/sales/sales__{table}.csv").read_text()
        if table == "sales":
            text = days_of(text, "2023-01")
        bucket.put_object(Key=f"{SALES}/{table}.csv", Body=text.encode())
    return bucket


def days_of(text, start):
    """The orders of the days that begin so."""
    rows = list(csv.DictReader(io.StringIO(text)))
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0])
    writer.writeheader()
    writer.writerows(row for row in rows if row["order_date"].startswith(start))
    return out.getvalue()


def test_it_fetches_files_once_and_then_only_what_is_new(check, delivered, copy):
    first = check()
    names = sorted(file.name for file in (copy / "sales").iterdir())
    count = len(names)
    assert first.returncode == 0, first.stdout + first.stderr
    assert f"{count} files, {count} of them fetched" in first.stdout
    again = check()
    assert f"{count} files, 0 of them fetched" in again.stdout
    delivered.put_object(Key=f"{SALES}/sales_2.csv", Body=(copy / "sales/sales.csv").read_bytes())
    assert f"{count + 1} files, 1 of them fetched" in check().stdout
    delivered.Object(f"{SALES}/sales_2.csv").delete()
    assert f"{count} files, 0 of them fetched" in check().stdout
    assert sorted(file.name for file in (copy / "sales").iterdir()) == names
    for file in (copy / "sales").iterdir():
        body = delivered.Object(f"{SALES}/{file.name}").get()["Body"].read()
        assert file.read_bytes() == body


def test_a_changed_file_of_the_same_size_is_fetched(check, delivered):
    check()
    key = f"{SALES}/sales.csv"
    before = delivered.Object(key).get()["Body"].read()
    delivered.put_object(Key=key, Body=before.replace(b"0", b"1"))
    assert " 1 of them fetched" in check().stdout


def test_what_a_killed_run_left_goes_if_it_is_not_in_the_bucket(check, delivered, copy):
    check()
    names = sorted(file.name for file in (copy / "sales").iterdir())
    for left in ("sales_2.csv", ".sales_3.csv.part"):
        shutil.copy(copy / "sales/sales.csv", copy / "sales" / left)
    check()
    assert sorted(file.name for file in (copy / "sales").iterdir()) == names


def test_a_key_that_is_a_file_and_a_folder_is_said(check, delivered):
    for key in (f"{SALES}/sales_2", f"{SALES}/sales_2/1.csv"):
        delivered.put_object(Key=key, Body=b"x")
    refused = check()
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    assert "sales_2" in refused.stderr


def test_what_is_missing_is_said_by_its_address(check, bucket):
    bucket.put_object(Key="raw/shop/greenery/orders.csv", Body=b"")
    refused = check()
    assert refused.returncode == 1
    assert f"s3://{bucket.name}/raw/shop has no files of sales." in refused.stderr


def test_a_bucket_that_is_not_there_and_missing_credentials_are_said(
    run_cli, check, delivered, s3_environment, tmp_path
):
    command = ("check", "--domains", "sales", "--raw-dir")
    refused = run_cli(*command, "s3://no-such-bucket/raw", env=s3_environment)
    assert refused.returncode == 1
    assert "s3://no-such-bucket/raw cannot be read: " in refused.stderr
    assert "NoSuchBucket" in refused.stderr
    nobody = {"AWS_ENDPOINT_URL": s3_environment["AWS_ENDPOINT_URL"], "HOME": str(tmp_path)}
    refused = check(environment={**nobody, "AWS_EC2_METADATA_DISABLED": "true"})
    assert refused.returncode == 1
    assert "there are no credentials. Set AWS_ACCESS_KEY_ID" in refused.stderr
    refused = run_cli(*command, "s3:///raw", env=s3_environment)
    assert refused.returncode == 2
    assert "write s3://BUCKET or s3://BUCKET/PREFIX" in refused.stderr


def test_a_listing_that_fails_half_way_changes_nothing(check, delivered, copy, server):
    check()
    before = {file: file.read_bytes() for file in copy.rglob("*.csv")}
    delivered.put_object(Key=f"{SALES}/sales_2.csv", Body=b"order_id\n1\n")
    with FailingAfter(server, answers=1) as address:
        # Pages of one key: the second fails.
        failed = check(
            environment={
                **{"AWS_ENDPOINT_URL": address, "AWS_DEFAULT_REGION": "eu-central-1"},
                **{"AWS_ACCESS_KEY_ID": "anyone", "AWS_SECRET_ACCESS_KEY": "very-secret"},
            }
        )
    assert failed.returncode == 1
    assert f"s3://{delivered.name}/raw/shop cannot be read: " in failed.stderr
    assert "very-secret" not in failed.stdout + failed.stderr
    after = {file: file.read_bytes() for file in copy.rglob("*.csv")}
    assert after == before


class FailingAfter:
    """A server before `server` that lists one key a page, and fails after some answers."""

    def __init__(self, server, answers):
        left = [answers]

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                if left[0] == 0:
                    self.send_error(400)
                    return
                left[0] -= 1
                headers = {k: v for k, v in self.headers.items() if k.lower() != "host"}
                with urlopen(Request(f"{server}{self.path}&max-keys=1", headers=headers)) as got:
                    body = got.read()
                self.send_response(200)
                self.send_header("Content-Type", "application/xml")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever).start()
        return f"http://127.0.0.1:{self.server.server_port}"

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def test_a_key_that_would_leave_the_folder_is_refused(check, delivered):
    delivered.put_object(Key=f"{SALES}/../../../evil.csv", Body=b"x")
    refused = check()
    assert refused.returncode == 1
    assert "would leave the folder" in refused.stderr
    assert not list((ROOT / "target").rglob("evil.csv"))


def test_a_build_of_a_bucket_takes_only_new_files(
    run_cli, delivered, s3_environment, tmp_path, query
):
    warehouse = tmp_path / "commerce.duckdb"
    address = f"s3://{delivered.name}/raw/shop"

    def build():
        built = run_cli(
            *("build", "--raw-from", "files", "--raw-dir", address, "--domains", "sales"),
            *("--warehouse", warehouse),
            env=s3_environment,
        )
        assert built.returncode == 0, built.stdout + built.stderr
        return built.stdout

    build()
    text = days_of((ROOT / "seeds/sales/sales__sales.csv").read_text(), "2023-02-01")
    delivered.put_object(Key=f"{SALES}/sales/2.csv", Body=text.encode())
    output = build()
    assert "1 new" in output, output
    days = query(warehouse, "select distinct strftime(order_date, '%Y-%m') from core.fct_orders")
    assert sorted(days) == [("2023-01",), ("2023-02",)]


@pytest.fixture
def build(run_cli, s3_environment, tmp_path):
    """build(address, ...): builds the small project and copies it there; (outcome, warehouse)."""
    warehouse = tmp_path / "warehouse" / "commerce.duckdb"

    def run(address, *options):
        built = run_cli(
            *("build", "--project-dir", SMALL_PROJECT, "--warehouse", warehouse),
            *("--publish-to", address, *options),
            env=s3_environment,
        )
        return built, warehouse

    return run


def test_a_build_copies_the_file_and_moves_the_pointer_last(build, bucket, query, tmp_path):
    for _ in range(3):
        built, warehouse = build(f"s3://{bucket.name}/marts", "--keep", "1")
        assert built.returncode == 0, built.stderr
    pointer = json.loads(bucket.Object("marts/commerce.json").get()["Body"].read())
    [[build_id]] = query(warehouse, "select distinct build_id from core.build_info")
    assert pointer["build_id"] == build_id
    assert pointer["file"] == f"commerce-{build_id}.duckdb"
    copies = sorted(one.key for one in bucket.objects.filter(Prefix="marts/commerce-"))
    assert len(copies) == 2
    assert copies[-1] == f"marts/{pointer['file']}"
    fetched = tmp_path / pointer["file"]
    bucket.download_file(f"marts/{pointer['file']}", str(fetched))
    assert fetched.read_bytes() == warehouse.read_bytes()
    assert pointer["bytes"] == fetched.stat().st_size
    with duckdb.connect(str(fetched), read_only=True) as connection:
        assert connection.execute("select count(*) from core.fct_orders").fetchall() == [(3,)]
    assert not list(warehouse.parent.glob("*.copied"))


def test_a_copy_that_fails_leaves_the_pointer_and_says_what_was_published(build):
    failed, warehouse = build("s3://no-such-bucket/marts")
    assert failed.returncode == 1
    text = " ".join(failed.stderr.split())
    assert f"{warehouse} was published, but not copied to s3://no-such-bucket/marts" in text
    assert "Published" in failed.stdout
    assert not list(warehouse.parent.glob("*.copied"))


def test_a_rollback_moves_the_pointer_back(build, run_cli, bucket, s3_environment):
    address = f"s3://{bucket.name}"
    for _ in range(2):
        built, warehouse = build(address)
        assert built.returncode == 0
    newest = json.loads(bucket.Object("commerce.json").get()["Body"].read())
    back = run_cli(
        *("rollback", "--warehouse", warehouse, "--publish-to", address),
        env=s3_environment,
    )
    assert back.returncode == 0, back.stderr
    pointer = json.loads(bucket.Object("commerce.json").get()["Body"].read())
    assert pointer["build_id"] < newest["build_id"]
    assert pointer["file"] in {one.key for one in bucket.objects.all()}


def test_without_boto3_the_extra_is_named(run_cold_cli, tmp_path):
    (tmp_path / "boto3.py").write_text("raise ImportError")
    refused = run_cold_cli(
        *("check", "--raw-dir", "s3://shop"),
        env={"PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])},
    )
    assert refused.returncode == 1
    assert "pip install -e '.[s3]'" in refused.stderr
