/** The secrets of this AWS account and Region as cdk-nag writes them in a finding. */
export const NAG_SECRETS = 'arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:';
