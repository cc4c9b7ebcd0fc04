{{- if .Values.operator.create }}
{{- with .Values.operator }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .applicationName }}
  namespace: {{ $.Release.Namespace }}
  {{- with .annotations }}
  annotations: {{ toJson . }}
  {{- end }}
  labels:
    app.kubernetes.io/component: operator
    {{- include "part.labels" $ | nindent 4 }}
    {{- with .labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  replicas: {{ .replicas }}
  selector:
    matchLabels:
      name: {{ $.Values.connect.applicationName }}
  template:
    metadata:
      labels:
        name: {{ $.Values.connect.applicationName }}
        app.kubernetes.io/component: operator
        {{- with .podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- with .podAnnotations }}
      annotations: {{ toJson . }}
      {{- end }}
    spec:
      {{- include "part.pod-identity" (list $ 65532) | nindent 6 }}
      {{- include "part.placement" . | nindent 6 }}
      serviceAccountName: {{ .serviceAccount.name }}
      {{- if include "part.since" (list $ "2.3.0") }}
      volumes: # null without a secret
        {{- with .tls.trust.secret }}
        - name: tls-trust
          secret: { secretName: {{ . }} }
        {{- end }}
      {{- end }}
      containers:
        - name: {{ $.Values.connect.applicationName }}
          image: {{ .imageRepository }}:{{ .version }}
          imagePullPolicy: {{ $.Values.connect.imagePullPolicy }}
          {{- include "part.container-rights" (list $ 65532) | nindent 10 }}
            {{- if not (include "part.since" (list $ "2.3.0")) }}
            capabilities: { drop: [all] }
            {{- end }}
          command: [/manager]
          args:
            - --zap-log-level={{ .logLevel }}
            {{- if include "part.since" (list $ "2.4.0") }}
            - --health-probe-bind-address=:8081
            {{- end }}
            {{- if and .enableAnnotations (include "part.since" (list $ "2.2.0")) }}
            - --enable-annotations
            {{- end }}
            {{- if and .allowEmptyValues (include "part.since" (list $ "2.3.0")) }}
            - --allow-empty-values
            {{- end }}
          env:
            - name: WATCH_NAMESPACE
              value: {{ tpl (join "," .watchNamespace) $ }}
            - name: POD_NAME
              valueFrom: { fieldRef: { fieldPath: metadata.name } }
            - { name: OPERATOR_NAME, value: {{ .applicationName | quote }} }
            - { name: POLLING_INTERVAL, value: {{ .pollingInterval | quote }} }
            - { name: AUTO_RESTART, value: {{ .autoRestart | quote }} }
            {{- if and (eq .authMethod "service-account") (include "part.since" (list $ "2.0.1")) }}
            - name: OP_SERVICE_ACCOUNT_TOKEN
              valueFrom:
                secretKeyRef: { name: {{ .serviceAccountToken.name }}, key: {{ .serviceAccountToken.key }} }
            {{- else }}
            - name: OP_CONNECT_HOST
              value: {{ include "part.connect-url" $ }}
            - name: OP_CONNECT_TOKEN
              valueFrom:
                secretKeyRef: { name: {{ .token.name }}, key: {{ .token.key }} }
            {{- end }}
            {{- if and .tls.trust.secret (include "part.since" (list $ "2.3.0")) }}
            - { name: SSL_CERT_FILE, value: /tls/trust/tls.crt }
            {{- end }}
          resources: {{ toJson .resources }}
          {{- if include "part.since" (list $ "2.4.0") }}
          readinessProbe:
            httpGet: { path: /readyz, port: 8081 }
            initialDelaySeconds: 5
            periodSeconds: 10
          livenessProbe:
            httpGet: { path: /healthz, port: 8081 }
            initialDelaySeconds: 15
            periodSeconds: 20
            failureThreshold: 3
          {{- end }}
          {{- if include "part.since" (list $ "2.3.0") }}
          volumeMounts: # null without a secret
            {{- if .tls.trust.secret }}
            - { name: tls-trust, mountPath: /tls/trust }
            {{- end }}
          {{- end }}
{{- end }}
{{- end }}
