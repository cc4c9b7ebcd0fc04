{{- /* Secrets that the chart makes itself where values hold what belongs into them. */}}
{{- if and .Values.connect.create (or .Values.connect.credentials .Values.connect.credentials_base64) }}
apiVersion: v1
kind: Secret
metadata:
  name: {{ .Values.connect.credentialsName }}
data:
  {{- if .Values.connect.credentials }}
  {{ .Values.connect.credentialsKey }}: {{ .Values.connect.credentials | b64enc }}
  {{- else }}
  {{ .Values.connect.credentialsKey }}: {{ .Values.connect.credentials_base64 }}
  {{- end }}
---
{{- end }}
{{- if and .Values.operator.create .Values.operator.token.value }}
apiVersion: v1
kind: Secret
metadata:
  name: {{ .Values.operator.token.name }}
stringData:
  {{ .Values.operator.token.key }}: {{ .Values.operator.token.value }}
---
{{- end }}
{{- if and (include "part.since" (list . "2.0.1")) .Values.operator.create .Values.operator.serviceAccountToken.value }}
apiVersion: v1
kind: Secret
metadata:
  name: {{ .Values.operator.serviceAccountToken.name }}
stringData:
  {{ .Values.operator.serviceAccountToken.key }}: {{ .Values.operator.serviceAccountToken.value }}
{{- end }}
