using Tapedeck.Kube.Objects;

namespace Tapedeck.Kube.Config;

/// <summary>Makes a connection of one context: its cluster, its user, its namespace.</summary>
internal sealed class KubeConfigContext(KubeConfigEntries entries, KubeConfigOptions options, TimeProvider time)
{
    private static readonly string[] ProxySchemes = ["http", "https", "socks5"];

    internal KubeConnection Connect()
    {
        var name = options.Context.Length > 0 ? options.Context : entries.CurrentContext;
        if (name.Length == 0)
        {
            throw new KubeConfigException("The kubeconfig has no current-context: name a context.");
        }
        var context = entries.Get("contexts", name, options.Context.Length > 0 ? "the command" : "current-context");
        var cluster = entries.Get("clusters", context.Text("cluster"), context.What);
        // A context without a user is one without credentials.
        var user = context.Text("user") is { Length: > 0 } userName ? entries.Get("users", userName, context.What) : null;

        var roots = cluster.Data("certificate-authority");
        return new(Server(cluster))
        {
            Namespace = context.Text("namespace") is { Length: > 0 } given ? given : "default",
            Roots = roots is null ? null : new RootCertificates(roots, time),
            TlsServerName = cluster.Text("tls-server-name"),
            InsecureSkipTlsVerify = Insecure(cluster, roots),
            Proxy = Proxy(cluster),
            Credential = user is null ? StoredCredential.None : CredentialOf(user, cluster),
            Impersonation = user is null ? Impersonation.None : ImpersonationOf(user),
        };
    }

    private Uri Server(KubeConfigEntry cluster)
    {
        var text = cluster.Text("server");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var server) || server.Scheme is not ("https" or "http"))
        {
            throw new KubeConfigException($"The server of {cluster.What} is not an https address.");
        }
        if (server.UserInfo.Length > 0)
        {
            throw new KubeConfigException($"The server of {cluster.What} has a password in its address: no API server takes one.");
        }
        return server.Scheme == "https" || options.AllowInsecure
            ? server
            : throw new KubeConfigException($"The server of {cluster.What} is plain http, which anybody on the way can read and change: allow insecure servers if that is meant.");
    }

    private bool Insecure(KubeConfigEntry cluster, TextSource? roots)
    {
        if (!cluster.Json.Flag("insecure-skip-tls-verify"))
        {
            return false;
        }
        if (roots is not null)
        {
            throw new KubeConfigException($"The {cluster.What} has a certificate-authority and insecure-skip-tls-verify: take one of them away.");
        }
        return options.AllowInsecure
            ? true
            : throw new KubeConfigException($"The {cluster.What} has insecure-skip-tls-verify, so that anybody could answer for it: give it a certificate-authority, or allow insecure servers.");
    }

    private static Uri? Proxy(KubeConfigEntry cluster)
    {
        if (cluster.Text("proxy-url") is not { Length: > 0 } text)
        {
            return null;
        }
        // Not quoted: it may hold a password.
        return Uri.TryCreate(text, UriKind.Absolute, out var proxy) && ProxySchemes.Contains(proxy.Scheme)
            ? proxy
            : throw new KubeConfigException($"The proxy-url of {cluster.What} is not an address with one of the schemes {string.Join(", ", ProxySchemes)}.");
    }

    private Credential CredentialOf(KubeConfigEntry user, KubeConfigEntry cluster)
    {
        if (user.Json.Field("auth-provider") is not null)
        {
            throw new KubeConfigException($"The {user.What} has an auth-provider, which Kubernetes took out in 1.26: use an exec plugin.");
        }
        if (user.Text("username").Length > 0)
        {
            throw new KubeConfigException($"The {user.What} has a username and password, which no API server takes since 1.19.");
        }
        var token = user.Text("tokenFile") is { Length: > 0 } file ? user.FromFile($"token of {user.What}", file)
            : user.Text("token") is { Length: > 0 } text ? new TextSource($"token of {user.What}", text, null)
            : null;
        var (certificate, key) = (user.Data("client-certificate"), user.Data("client-key"));
        if (certificate is null != key is null)
        {
            throw new KubeConfigException($"The {user.What} has {(key is null ? "a client-certificate without a client-key" : "a client-key without a client-certificate")}.");
        }
        if (user.Json.Field("exec") is { } exec && token is null)
        {
            return certificate is null
                ? new ExecCredential(ExecPlugin.Read(new(user.What, user.Folder, exec), cluster, options.Interactive), time)
                : throw new KubeConfigException($"The {user.What} has an exec plugin and a client-certificate: take one of them away.");
        }
        return new StoredCredential(token, certificate, key, user.What, time);
    }

    private static Impersonation ImpersonationOf(KubeConfigEntry user)
    {
        var extra = user.Json.Field("as-user-extra") is { ValueKind: System.Text.Json.JsonValueKind.Object } map
            ? map.EnumerateObject().SelectMany(field => map.Texts(field.Name).Select(value => (field.Name, value))).ToArray()
            : [];
        var (name, groups) = (user.Text("as"), user.Json.Texts("as-groups"));
        return name.Length > 0 || (groups.Length == 0 && extra.Length == 0)
            ? new(name, user.Text("as-uid"), groups, extra)
            : throw new KubeConfigException($"The {user.What} has as-groups or as-user-extra without as.");
    }
}
