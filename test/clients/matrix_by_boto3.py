"""Makes the calls of the client matrix with boto3; prints {version, outcomes}. Arguments: endpoint, account, German text."""

import json
import os
import sys
import uuid

import boto3
import botocore.exceptions

endpoint, account, german = sys.argv[1:]
session = boto3.Session(region_name="us-east-1")


def client(name):
    return session.client(name, endpoint_url=endpoint)


def code_of(call):
    try:
        call()
    except botocore.exceptions.ClientError as error:
        return error.response["Error"]["Code"]
    return None


def comprehend():
    languages = client("comprehend").detect_dominant_language(Text=german)["Languages"]
    return languages[0]["LanguageCode"] == "de"


def identity():
    return client("sts").get_caller_identity()["Account"] == account


bucket = f"matrix-{uuid.uuid4()}"


def round_trip():
    s3 = client("s3")
    s3.create_bucket(Bucket=bucket)
    body = os.urandom((1 << 20) + 1)
    s3.put_object(Bucket=bucket, Key="a key", Body=body)
    return s3.get_object(Bucket=bucket, Key="a key")["Body"].read() == body


def missing():
    return code_of(lambda: client("s3").get_object(Bucket=bucket, Key="none")) == "NoSuchKey"


def polly():
    return code_of(client("polly").describe_voices) in (None, "NotImplemented")


calls = {
    "Comprehend DetectDominantLanguage answers": comprehend,
    "STS GetCallerIdentity knows the account": identity,
    "S3 GetObject gives back what PutObject took": round_trip,
    "S3 GetObject of a missing key is NoSuchKey": missing,
    "Polly DescribeVoices reaches Polly": polly,
}
outcomes = {}
for name, call in calls.items():
    try:
        outcomes[name] = "ok" if call() else "wrong answer"
    except Exception as error:
        outcomes[name] = f"{type(error).__name__}: {error}"
print(json.dumps({"version": boto3.__version__, "outcomes": outcomes}))
