{{- with .Values.operator }}
{{- if eq (tpl (toString .serviceAccount.create) $) "true" }}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ .serviceAccount.name }}
  namespace: {{ $.Release.Namespace }}
  {{- with .serviceAccount.annotations }}
  annotations: {{ toJson . }}
  {{- end }}
  labels: {{- include "part.labels" $ | nindent 4 }}
---
{{- end }}
{{- if eq (tpl (toString .clusterRole.create) $) "true" }}
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: {{ .clusterRole.name }}
  labels: {{- include "part.labels" $ | nindent 4 }}
rules:
  - apiGroups: [""]
    resources:
      - pods
      - services
      - services/finalizers
      - endpoints
      - persistentvolumeclaims
      - events
      - configmaps
      - secrets
      - namespaces
    verbs: &all [create, delete, get, list, patch, update, watch]
  - apiGroups: [apps]
    resources: [deployments, daemonsets, replicasets, statefulsets]
    verbs: *all
  {{- if not (include "part.since" (list $ "1.17.1")) }}
  - apiGroups: [monitoring.coreos.com]
    resources: [servicemonitors]
    verbs: [get, create]
  {{- end }}
  - apiGroups: [apps]
    resourceNames: [onepassword-connect-operator] # whatever operator.applicationName says
    resources: [deployments/finalizers]
    verbs: [update]
  - apiGroups: [""]
    resources: [pods]
    verbs: [get]
  - apiGroups: [apps]
    resources: [replicasets, deployments]
    verbs: [get]
  - apiGroups: [onepassword.com]
    resources: ["*"]
    verbs: *all
---
{{- end }}
{{- if and $.Values.operator.create (not .watchNamespace) }}
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: {{ .clusterRoleBinding.name }}
  labels: {{- include "part.labels" $ | nindent 4 }}
subjects:
  - { kind: ServiceAccount, name: {{ .serviceAccount.name }}, namespace: {{ $.Release.Namespace }} }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: {{ .clusterRole.name }} }
---
{{- end }}
{{- if eq (tpl (toString .roleBinding.create) $) "true" }}
{{- range .watchNamespace }}
{{- $namespace := tpl . $ }}
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {{ $.Values.operator.roleBinding.name }}-{{ $namespace }}
  namespace: {{ $namespace }}
  labels: {{- include "part.labels" $ | nindent 4 }}
subjects:
  - kind: ServiceAccount
    name: {{ $.Values.operator.serviceAccount.name }}
    namespace: {{ $.Release.Namespace }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: {{ $.Values.operator.clusterRole.name }}
---
{{- end }}
{{- end }}
{{- end }}
