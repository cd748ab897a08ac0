import json

import pytest

from messaging.errors import Misconfigured
from push.credentials import ServiceAccount, check_service_account
from tests.push.given import PROJECT, service_account


def complaint(json_text: str) -> str:
    with pytest.raises(Misconfigured) as refused:
        check_service_account(json_text)
    assert "Generate new private key" in refused.value.hint
    assert refused.value.__cause__ is None
    return str(refused.value)


def test_a_service_account_tells_its_project_and_its_name(key: str) -> None:
    assert check_service_account(service_account(key)) == ServiceAccount(
        project_id=PROJECT, client_email=f"push@{PROJECT}.iam.gserviceaccount.com"
    )


@pytest.mark.parametrize("text", ["", "not JSON", "[]", "null", '"text"', "{"])
def test_what_is_not_an_object_is_no_service_account(text: str) -> None:
    assert complaint(text) == "the service account is not a JSON object"


@pytest.mark.parametrize("text", ["{}", '{"project_info": {}}', '{"type": "authorized_user"}'])
def test_another_file_of_google_is_no_service_account(text: str) -> None:
    assert complaint(text) == 'this is not a service account: its "type" is not "service_account"'


@pytest.mark.parametrize("field", ["project_id", "client_email", "private_key", "token_uri"])
@pytest.mark.parametrize("how", ["missing", "empty", "null", "a number"])
def test_what_is_missing_or_wrong_is_named(key: str, field: str, how: str) -> None:
    account = json.loads(service_account(key))
    if how == "missing":
        del account[field]
    else:
        account[field] = {"empty": "", "null": None, "a number": 7}[how]

    said = complaint(json.dumps(account))

    assert said == f"the service account lacks what is needed, or has it wrong: {field}"


def test_a_token_address_that_is_no_address_is_named(key: str) -> None:
    assert "token_uri" in complaint(service_account(key, token_uri="file:///etc/passwd"))


def test_a_cut_key_is_told_without_quoting_it(key: str) -> None:
    said = complaint(service_account(key[:300]))

    assert said == (
        "the private key of the service account cannot be read: the file was cut or edited"
    )
