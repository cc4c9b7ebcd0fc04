"""A program with boto3. Prints what it found out about itself."""
import json

import boto3

session = boto3.Session()
print(
    json.dumps(
        {
            "arn": session.client("sts").get_caller_identity()["Arn"],
            "keyId": session.get_credentials().access_key,
            "secrets": len(session.client("secretsmanager").list_secrets()["SecretList"]),
        }
    )
)
