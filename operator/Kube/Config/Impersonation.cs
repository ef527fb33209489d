namespace Tapedeck.Kube.Config;

/// <summary>Whom to act as. <see href="https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation"/></summary>
/// <param name="User">Empty for nobody.</param>
internal sealed record Impersonation(string User, string Uid, IReadOnlyList<string> Groups, IReadOnlyList<(string Key, string Value)> Extra)
{
    internal static readonly Impersonation None = new("", "", [], []);

    internal void AddTo(HttpRequestMessage message)
    {
        if (User.Length == 0)
        {
            return;
        }
        message.Headers.TryAddWithoutValidation("Impersonate-User", User);
        if (Uid.Length > 0)
        {
            message.Headers.TryAddWithoutValidation("Impersonate-Uid", Uid);
        }
        foreach (var group in Groups)
        {
            message.Headers.TryAddWithoutValidation("Impersonate-Group", group);
        }
        foreach (var (key, value) in Extra)
        {
            message.Headers.TryAddWithoutValidation($"Impersonate-Extra-{Uri.EscapeDataString(key)}", value);
        }
    }
}
