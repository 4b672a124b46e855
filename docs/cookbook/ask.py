"""Asks a reliefgraph server the questions of the cookbook."""

import json
import os
import urllib.error
import urllib.request
from pathlib import Path

SERVER = os.environ.get("RELIEFGRAPH_URL", "http://127.0.0.1:8080")
TOKEN = os.environ.get("RELIEFGRAPH_TOKEN")  # of an account, where what is not public is asked


def ask(recipe, **variables):
    """The data of a recipe, as "01-Standing"; variables replace its defaults."""
    query = Path(__file__).with_name(recipe + ".graphql").read_text(encoding="utf-8")
    body = json.dumps({"query": query, "variables": variables}).encode()
    headers = {"Content-Type": "application/json"}
    if TOKEN:
        headers["Authorization"] = "Bearer " + TOKEN
    request = urllib.request.Request(SERVER + "/graphql", body, headers)
    try:
        with urllib.request.urlopen(request) as response:
            answer = json.load(response)
    except urllib.error.HTTPError as refused:
        answer = json.load(refused)
    if "errors" in answer:
        raise RuntimeError("; ".join(f"{fault['extensions']['code']}: {fault['message']}" for fault in answer["errors"]))
    return answer["data"]


def print_rows(rows):
    """Prints rows with tabs between, ready for a spreadsheet."""
    for row in rows:
        print(*("" if value is None else value for value in row), sep="\t")


def percent(rate):
    return None if rate is None else f"{100 * rate:.1f}%"
