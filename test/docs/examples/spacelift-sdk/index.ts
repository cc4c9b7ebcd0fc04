import * as pulumi from "@pulumi/pulumi";

type Text = pulumi.Input<string>;
type Texts = pulumi.Input<pulumi.Input<string>[]>;
type Flag = pulumi.Input<boolean>;

/** The class of a kind of resource, as the SDK that Pulumi generates has it. */
function resource<Args extends object>(kind: string) {
  const type = `spacelift:index/${kind.charAt(0).toLowerCase()}${kind.slice(1)}:${kind}`;
  return class extends pulumi.CustomResource {
    constructor(name: string, args: Args, options?: pulumi.CustomResourceOptions) {
      super(type, name, args, options);
    }
  };
}

export class Space extends resource<{
  name: Text;
  parentSpaceId?: Text;
  inheritEntities?: Flag;
}>("Space") {}

export class Context extends resource<{
  name: Text;
  spaceId?: Text;
  beforeInits?: Texts;
  afterPlans?: Texts;
}>("Context") {}

export class EnvironmentVariable extends resource<{
  name: Text;
  contextId?: Text;
  value?: Text;
  writeOnly?: Flag;
}>("EnvironmentVariable") {}

export class AwsIntegration extends resource<{
  name: Text;
  roleArn: Text;
  durationSeconds?: pulumi.Input<number>;
  spaceId?: Text;
}>("AwsIntegration") {}

export class AwsIntegrationAttachment extends resource<{
  integrationId: Text;
  stackId?: Text;
  read?: Flag;
  write?: Flag;
}>("AwsIntegrationAttachment") {}

export class Policy extends resource<{
  name: Text;
  type: Text;
  body: Text;
  engineType?: Text;
  spaceId?: Text;
}>("Policy") {}

export class PolicyAttachment extends resource<{
  policyId: Text;
  stackId?: Text;
}>("PolicyAttachment") {}

export class ContextAttachment extends resource<{
  contextId: Text;
  stackId?: Text;
}>("ContextAttachment") {}

export class DriftDetection extends resource<{
  stackId: Text;
  schedules: Texts;
  reconcile?: Flag;
}>("DriftDetection") {}

export class StackDependency extends resource<{
  stackId: Text;
  dependsOnStackId: Text;
}>("StackDependency") {}

export class Stack extends resource<{
  name: Text;
  slug?: Text;
  spaceId?: Text;
  repository: Text;
  branch: Text;
  pulumi?: pulumi.Input<{ loginUrl: Text; stackName: Text }>;
  runnerImage?: Text;
  workerPoolId?: Text;
  labels?: Texts;
  autodeploy?: Flag;
  allowRunPromotion?: Flag;
  enableLocalPreview?: Flag;
  protectFromDeletion?: Flag;
}>("Stack") {}
