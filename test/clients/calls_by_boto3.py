"""Calls a started suite with boto3; prints one JSON document that the test compares. Arguments: the endpoint."""

import io
import json
import sys

import boto3
import botocore.exceptions

endpoint = sys.argv[1]
session = boto3.Session(region_name="us-east-1")


def client(name):
    return session.client(name, endpoint_url=endpoint)


comprehend, s3, sts = client("comprehend"), client("s3"), client("sts")
out = {"boto3": boto3.__version__}

out["language"] = comprehend.detect_dominant_language(Text="Wie komme ich am schnellsten zum Bahnhof?")["Languages"][0]["LanguageCode"]
batch = comprehend.batch_detect_dominant_language(TextList=["¿Dónde está la biblioteca?", "Where is the library?"])
out["batch"] = [item["Languages"][0]["LanguageCode"] for item in batch["ResultList"]]

out["account"] = sts.get_caller_identity()["Account"]

s3.create_bucket(Bucket="boto-bucket")
body = bytes(range(256)) * 65536
s3.upload_fileobj(io.BytesIO(body), "boto-bucket", "big object")
back = io.BytesIO()
s3.download_fileobj("boto-bucket", "big object", back)
out["same"] = back.getvalue() == body
out["keys"] = [item["Key"] for item in s3.list_objects_v2(Bucket="boto-bucket")["Contents"]]
out["url"] = s3.generate_presigned_url("get_object", Params={"Bucket": "boto-bucket", "Key": "big object"}, ExpiresIn=60)

try:
    s3.get_object(Bucket="boto-bucket", Key="missing")
except botocore.exceptions.ClientError as error:
    out["missing"] = error.response["Error"]["Code"]
try:
    comprehend.detect_dominant_language(Text="x" * 100001)
except comprehend.exceptions.TextSizeLimitExceededException as error:
    out["limit"] = error.response["Error"]["Code"]

temporary = sts.get_session_token()["Credentials"]
out["temporary"] = boto3.client(
    "sts",
    region_name="us-east-1",
    endpoint_url=endpoint,
    aws_access_key_id=temporary["AccessKeyId"],
    aws_secret_access_key=temporary["SecretAccessKey"],
    aws_session_token=temporary["SessionToken"],
).get_caller_identity()["Account"]
print(json.dumps(out))
