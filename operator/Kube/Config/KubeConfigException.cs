namespace Tapedeck.Kube.Config;

/// <summary>A kubeconfig, a mounted service account or an exec plugin that cannot be used. The message says what, where, and what to do.</summary>
public sealed class KubeConfigException(string message, Exception? inner = null) : Exception(message, inner);
