{{- if or .Values.acceptanceTests.healthCheck.enabled (not (include "part.since" (list . "2.0.3"))) }}
{{- with .Values.acceptanceTests.healthCheck.image }}
apiVersion: v1
kind: Pod
metadata:
  name: {{ $.Release.Name }}-health-check
  namespace: {{ $.Release.Namespace }}
  annotations:
    helm.sh/hook: test
spec:
  restartPolicy: Never
  containers:
    - name: curl
      image: {{ .repository }}:{{ .tag }}
      command: [curl, "{{ include "part.connect-url" $ }}/health"]
{{- end }}
{{- end }}
