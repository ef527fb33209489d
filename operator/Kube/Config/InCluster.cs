namespace Tapedeck.Kube.Config;

/// <summary>The connection that every pod is given.
/// <see href="https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/"/></summary>
public static class InCluster
{
    private const string ServiceAccount = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>Whether this is a pod with a service account.</summary>
    public static bool IsHere => Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST") is { Length: > 0 } && File.Exists($"{ServiceAccount}/token");

    /// <summary>Reads address, token, authority and namespace. The token and the authority are read again as kubelet renews them.</summary>
    /// <exception cref="KubeConfigException">This is no pod, or its files cannot be read.</exception>
    public static KubeConnection Load(TimeProvider time) => Load(Environment.GetEnvironmentVariable, ServiceAccount, time);

    internal static KubeConnection Load(Func<string, string?> environment, string folder, TimeProvider time)
    {
        var (host, port) = (environment("KUBERNETES_SERVICE_HOST"), environment("KUBERNETES_SERVICE_PORT"));
        if (host is not { Length: > 0 } || port is not { Length: > 0 })
        {
            throw new KubeConfigException("KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set: this is not a pod. Use a kubeconfig.");
        }
        var token = new TextSource("service account's token", null, $"{folder}/token");
        _ = token.Read();
        var server = host.Contains(':') ? $"https://[{host}]:{port}" : $"https://{host}:{port}";
        return new(new Uri(server))
        {
            Namespace = new TextSource("service account's namespace", null, $"{folder}/namespace").Read().Trim(),
            Roots = new RootCertificates(new("cluster's authority", null, $"{folder}/ca.crt"), time),
            Credential = new StoredCredential(token, null, null, "the service account", time),
        };
    }
}
