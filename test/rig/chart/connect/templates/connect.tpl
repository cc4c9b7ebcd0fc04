{{- if .Values.connect.create }}
{{- with .Values.connect }}
apiVersion: v1
kind: Service
metadata:
  name: {{ .applicationName }}
  namespace: {{ $.Release.Namespace }}
  {{- with .serviceAnnotations }}
  annotations: {{ toJson . }}
  {{- end }}
  labels:
    app.kubernetes.io/component: connect
    {{- include "part.labels" $ | nindent 4 }}
spec:
  type: {{ .serviceType }}
  selector:
    app: {{ .applicationName }}
  ports:
    - name: {{ .sync.name }}
      port: {{ .sync.httpPort }}
    - name: {{ .api.name }}{{ if .tls.enabled }}-https{{ end }}
      port: {{ include "part.api-port" $ }}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .applicationName }}
  namespace: {{ $.Release.Namespace }}
  {{- with .annotations }}
  annotations: {{ toJson . }}
  {{- end }}
  labels:
    app.kubernetes.io/component: connect
    {{- include "part.labels" $ | nindent 4 }}
    {{- with .labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  replicas: {{ .replicas }}
  selector:
    matchLabels:
      app: {{ .applicationName }}
  template:
    metadata:
      labels:
        app: {{ .applicationName }}
        version: {{ tpl .version $ | quote }}
        app.kubernetes.io/component: connect
        {{- with .podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- with .podAnnotations }}
      annotations: {{ toJson . }}
      {{- end }}
    spec:
      {{- include "part.pod-identity" (list $ 999) | nindent 6 }}
      {{- include "part.placement" . | nindent 6 }}
      volumes:
        - name: shared-data
          emptyDir: {}
        - name: credentials
          secret:
            secretName: {{ .credentialsName }}
            {{- if include "part.since" (list $ "2.3.0") }}
            items:
              - key: {{ .credentialsKey }}
                path: 1password-credentials.json
            {{- end }}
        {{- if .tls.enabled }}
        - name: tls-cert
          secret: { secretName: {{ .tls.secret }} }
        {{- end }}
      containers:
        - name: connect-api
          image: {{ .api.imageRepository }}:{{ tpl .version $ }}
          imagePullPolicy: {{ .imagePullPolicy }}
          {{- include "part.container-rights" (list $ 999) | nindent 10 }}
          resources: {{ toJson .api.resources }}
          env:
            {{- include "part.session" $ | nindent 12 }}
            - { name: OP_BUS_PORT, value: "11220" }
            - { name: OP_BUS_PEERS, value: "localhost:11221" }
            {{- if .tls.enabled }}
            - { name: OP_TLS_CERT_FILE, value: /home/opuser/.op/certs/tls.crt }
            - { name: OP_TLS_KEY_FILE, value: /home/opuser/.op/certs/tls.key }
            - { name: OP_HTTPS_PORT, value: {{ .api.httpsPort | quote }} }
            {{- else }}
            - { name: OP_HTTP_PORT, value: {{ .api.httpPort | quote }} }
            {{- end }}
            - { name: OP_LOG_LEVEL, value: {{ .api.logLevel | quote }} }
          {{- include "part.connect-probes" (list (include "part.api-port" $) true (ternary "HTTPS" "HTTP" .tls.enabled)) | nindent 10 }}
          volumeMounts:
            {{- include "part.connect-mounts" $ | nindent 12 }}
            {{- if .tls.enabled }}
            - { name: tls-cert, mountPath: /home/opuser/.op/certs }
            {{- end }}
        - name: connect-sync
          image: {{ .sync.imageRepository }}:{{ tpl .version $ }}
          imagePullPolicy: {{ .imagePullPolicy }}
          {{- include "part.container-rights" (list $ 999) | nindent 10 }}
          resources: {{ toJson .sync.resources }}
          env:
            - { name: OP_HTTP_PORT, value: {{ .sync.httpPort | quote }} }
            {{- include "part.session" $ | nindent 12 }}
            - { name: OP_BUS_PORT, value: "11221" }
            - { name: OP_BUS_PEERS, value: "localhost:11220" }
            - { name: OP_LOG_LEVEL, value: {{ .sync.logLevel | quote }} }
          {{- include "part.connect-probes" (list .sync.httpPort false "HTTP") | nindent 10 }}
          volumeMounts:
            {{- include "part.connect-mounts" $ | nindent 12 }}
{{- if .pdb.enabled }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ .applicationName }}
  namespace: {{ $.Release.Namespace }}
  labels:
    app.kubernetes.io/component: connect
    {{- include "part.labels" $ | nindent 4 }}
spec:
  maxUnavailable: {{ .pdb.maxUnavailable }}
  selector:
    matchLabels:
      app: {{ .applicationName }}
      app.kubernetes.io/component: connect
{{- end }}
{{- end }}
{{- end }}
