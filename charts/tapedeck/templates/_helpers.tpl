{{- define "tapedeck.name" -}}
{{ printf "%s-operator" .Release.Name | trunc 52 | trimSuffix "-" }}
{{- end }}

{{- define "tapedeck.selector" -}}
app.kubernetes.io/name: {{ include "tapedeck.name" . }}
{{- end }}

{{- define "tapedeck.labels" -}}
{{ include "tapedeck.selector" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- /* An image by its name; the argument is a list of the root and the name. */ -}}
{{- define "tapedeck.image" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- with $root.Values.image.registry }}{{ trimSuffix "/" . }}/{{ end }}{{ $name }}:{{ $root.Values.image.tag | default $root.Chart.AppVersion }}
{{- end }}

{{- /* The port of a URL, which has one. */ -}}
{{- define "tapedeck.port" -}}
{{ regexReplaceAll "^https?://.*:([0-9]+)(/.*)?$" . "${1}" }}
{{- end }}

{{- /* What the operator may do in the namespaces that it looks after. No wildcard, no list or watch of Secrets, no escalate, bind or impersonate. */ -}}
{{- define "tapedeck.rules" -}}
- apiGroups: [tapedeck.dev]
  resources: [wasmtools, capabilitypolicies]
  verbs: [get, list, watch]
- apiGroups: [tapedeck.dev]
  resources: [wasmtools/status, capabilitypolicies/status]
  verbs: [get, patch]
- apiGroups: [tapedeck.dev]
  resources: [wasmtools/finalizers]
  verbs: [update]
- apiGroups: [apps]
  resources: [deployments]
  verbs: [get, list, watch, create, patch]
- apiGroups: [apps]
  resources: [replicasets]
  verbs: [list]
- apiGroups: ['']
  resources: [services, serviceaccounts]
  verbs: [get, list, watch, create, patch]
- apiGroups: ['']
  resources: [configmaps]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies]
  verbs: [get, list, watch, create, patch]
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [gateway.networking.k8s.io]
  resources: [httproutes]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [cilium.io]
  resources: [ciliumnetworkpolicies]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: ['']
  resources: [pods]
  verbs: [list, patch]
- apiGroups: ['']
  resources: [secrets]
  verbs: [get]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, patch]
{{- end }}

{{- define "tapedeck.ceilingRules" -}}
- apiGroups: [tapedeck.dev]
  resources: [clustercapabilitypolicies]
  verbs: [get, list, watch]
- apiGroups: [tapedeck.dev]
  resources: [clustercapabilitypolicies/status]
  verbs: [get, patch]
{{- end }}
