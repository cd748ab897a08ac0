import json

import pytest

from messaging.errors import Misconfigured
from push.credentials import ServiceAccount, check_service_account
from tests.push.given import PROJECT, service_account

FIREBASE = "https://fcm.googleapis.com"
SIMULATOR = "http://127.0.0.1:4000"


def complaint(json_text: str) -> str:
    with pytest.raises(Misconfigured) as refused:
        check_service_account(json_text, fcm_url=FIREBASE)
    assert "Generate new private key" in refused.value.hint
    assert refused.value.__cause__ is None
    return str(refused.value)


def test_a_service_account_tells_its_project_and_its_name(key: str) -> None:
    assert check_service_account(service_account(key), fcm_url=FIREBASE) == ServiceAccount(
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


@pytest.mark.parametrize(
    ("token_uri", "fcm_url"),
    [
        ("https://oauth2.googleapis.com/token", FIREBASE),
        ("https://oauth2.googleapis.com/token", SIMULATOR),
        ("https://accounts.google.com/o/oauth2/token", FIREBASE),
        ("http://127.0.0.1:4000/token", SIMULATOR),
        ("http://localhost:4001/token", SIMULATOR),
        ("http://simulators:4000/token", "http://simulators:4000"),
    ],
)
def test_tokens_are_bought_from_google_or_from_the_simulated_firebase(
    key: str, token_uri: str, fcm_url: str
) -> None:
    account = service_account(key, token_uri=token_uri)

    assert check_service_account(account, fcm_url=fcm_url).project_id == PROJECT


@pytest.mark.parametrize(
    ("token_uri", "fcm_url", "host"),
    [
        ("https://oauth2.googleapis.com.thief.example/token", FIREBASE, "googleapis.com.thief"),
        ("https://oauth2.googleapis.com@thief.example/token", FIREBASE, "thief.example"),
        ("http://oauth2.googleapis.com/token", FIREBASE, "oauth2.googleapis.com"),
        ("http://fcm.googleapis.com/token", FIREBASE, "fcm.googleapis.com"),
        ("http://127.0.0.1:4000/token", FIREBASE, "localhost"),
        ("https://thief.example/token", SIMULATOR, "thief.example"),
        ("https://[/token", FIREBASE, "nowhere"),
    ],
)
def test_what_the_key_signs_goes_to_nobody_else(
    key: str, token_uri: str, fcm_url: str, host: str
) -> None:
    account = service_account(key, token_uri=token_uri)

    with pytest.raises(Misconfigured, match=host) as refused:
        check_service_account(account, fcm_url=fcm_url)

    assert "is not Google by https" in str(refused.value)
    assert "AVVISA_FCM_API_URL" in refused.value.hint


def test_a_cut_key_is_told_without_quoting_it(key: str) -> None:
    said = complaint(service_account(key[:300]))

    assert said == (
        "the private key of the service account cannot be read: the file was cut or edited"
    )
