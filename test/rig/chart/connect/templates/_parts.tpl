{{/* Parts that several objects share. `part.since` compares with the chart's version. */}}

{{- define "part.labels" -}}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{/* Whether the chart's version is at least the second of [context, version]. */}}
{{- define "part.since" -}}
{{- if semverCompare (printf ">=%s" (index . 1)) (index . 0).Chart.Version }}yes{{ end }}
{{- end }}

{{/* Who the pods of [context, user id] run as: since 2.3.0 said of the pod, before that of each container. */}}
{{- define "part.pod-identity" -}}
{{- if include "part.since" (list (index . 0) "2.3.0") }}
securityContext:
  runAsNonRoot: true
  runAsUser: {{ index . 1 }}
  runAsGroup: {{ index . 1 }}
  fsGroup: {{ index . 1 }}
  seccompProfile: { type: RuntimeDefault }
{{- end }}
{{- end }}

{{- define "part.container-rights" -}}
securityContext:
  allowPrivilegeEscalation: false
{{- if include "part.since" (list (index . 0) "2.3.0") }}
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
{{- else }}
  runAsUser: {{ index . 1 }}
  runAsGroup: {{ index . 1 }}
{{- end }}
{{- end }}

{{/* Where the values of a workload say its pods may run, and with what its images are pulled. */}}
{{- define "part.placement" -}}
tolerations: {{ toJson .tolerations }}
{{- with .nodeSelector }}
nodeSelector: {{ toJson . }}
{{- end }}
{{- with .affinity }}
affinity: {{ toJson . }}
{{- end }}
{{- with .priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .imagePullSecrets }}
imagePullSecrets:
{{- range . }}
- name: {{ . | quote }}
{{- end }}
{{- end }}
{{- end }}

{{/* How Connect gets its credentials file: as a mounted file since 2.3.0, before that in a variable. */}}
{{- define "part.session" -}}
- name: OP_SESSION
{{- if include "part.since" (list . "2.3.0") }}
  value: /home/opuser/.op/1password-credentials.json
{{- else }}
  valueFrom:
    secretKeyRef:
      name: {{ .Values.connect.credentialsName }}
      key: {{ .Values.connect.credentialsKey }}
{{- end }}
{{- end }}

{{- define "part.connect-mounts" -}}
- name: shared-data
  mountPath: /home/opuser/.op/data
{{- if include "part.since" (list . "2.3.0") }}
- name: credentials
  mountPath: /home/opuser/.op/1password-credentials.json
  subPath: 1password-credentials.json
{{- end }}
{{- end }}

{{/* Where Connect's API listens: with TLS on another port, and no more on the first. */}}
{{- define "part.api-port" -}}
{{- with .Values.connect }}{{ ternary .api.httpsPort .api.httpPort .tls.enabled }}{{ end }}
{{- end }}

{{- define "part.connect-url" -}}
{{- with .Values.connect }}{{ ternary "https" "http" .tls.enabled }}://{{ .host }}{{ end }}:{{ include "part.api-port" . }}
{{- end }}

{{/* Probes of [port, whether the readiness probe names its scheme, scheme]. */}}
{{- define "part.connect-probes" -}}
readinessProbe:
  initialDelaySeconds: 15
  httpGet:
    path: /health
    port: {{ index . 0 }}
    {{- if index . 1 }}
    scheme: {{ index . 2 }}
    {{- end }}
livenessProbe:
  initialDelaySeconds: 15
  periodSeconds: 30
  failureThreshold: 3
  httpGet:
    path: /heartbeat
    port: {{ index . 0 }}
    scheme: {{ index . 2 }}
{{- end }}
