using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Tapedeck.Oci.Images;

namespace Tapedeck.Oci.Credentials;

/// <summary>
/// Reads logins: docker's <c>config.json</c>, a Secret's <c>.dockerconfigjson</c>, and the older <c>.dockercfg</c>, which is the inside of
/// <c>auths</c>. Credential helpers are programs; they are remembered by name for an error's advice, and not started.
/// </summary>
public static class DockerConfig
{
    private const int MostBytes = 1 << 20;
    private const int MostEntries = 1000;
    private const int MostCharacters = 64 << 10;
    private const string Advice = "expected {\"auths\": {\"HOST\": {\"auth\": \"base64 of user:password\"}}}";

    /// <summary>
    /// The keys that a Secret for pulls has its logins under, by its type: <c>kubernetes.io/dockerconfigjson</c> or <c>kubernetes.io/dockercfg</c>.
    /// <see href="https://kubernetes.io/docs/concepts/configuration/secret/#docker-config-secrets"/>
    /// </summary>
    public static ImmutableArray<string> SecretKeys { get; } = [".dockerconfigjson", ".dockercfg"];

    /// <param name="where">The file or Secret, for errors, which repeat nothing of its content.</param>
    public static Outcome<LoginList> Parse(ReadOnlyMemory<byte> utf8, string where)
    {
        if (utf8.Length > MostBytes)
        {
            return new TerminalError(OciErrorKind.TooLarge, $"the logins have {utf8.Length} bytes, at most {MostBytes} are taken", where, Advice);
        }
        try
        {
            using var json = JsonShape.Parse(utf8);
            return Read(json.RootElement);
        }
        catch (ShapeException e)
        {
            return new TerminalError(OciErrorKind.Malformed, $"the file of logins {e.Message}", where, Advice);
        }
    }

    private static LoginList Read(JsonElement root)
    {
        var isConfig = root.Find("auths") is not null || root.Find("credHelpers") is not null || root.Find("credsStore") is not null;
        var auths = isConfig ? root.Find("auths") : root;
        var entries = new List<LoginEntry>();
        foreach (var auth in auths?.AsObject("auths").EnumerateObject() ?? default)
        {
            if (entries.Count == MostEntries)
            {
                throw new ShapeException($"has more than {MostEntries} entries");
            }
            if (LoginScope.Parse(auth.Name) is { } scope && ReadLogin(auth.Value) is { } login)
            {
                entries.Add(new LoginEntry(scope, login));
            }
        }
        var helpers = isConfig ? root.Annotations("credHelpers") : ImmutableDictionary<string, string>.Empty;
        return new LoginList(entries, helpers, isConfig ? root.FindText("credsStore", 256) : null);
    }

    /// <summary>Null for an entry without a login: docker leaves those where the login is in a helper's hands.</summary>
    private static Login? ReadLogin(JsonElement entry)
    {
        if (entry.ValueKind != JsonValueKind.Object)
        {
            throw new ShapeException("has an entry that is no object");
        }
        if (entry.FindText("registrytoken", MostCharacters) is { Length: > 0 } registryToken)
        {
            return Login.RegistryToken(registryToken);
        }
        if (entry.FindText("identitytoken", MostCharacters) is { Length: > 0 } identityToken)
        {
            return Login.IdentityToken(identityToken);
        }
        if (entry.FindText("auth", MostCharacters) is { Length: > 0 } auth)
        {
            return ReadAuth(auth);
        }
        var (user, password) = (entry.FindText("username", MostCharacters), entry.FindText("password", MostCharacters));
        return string.IsNullOrEmpty(user) || password is null ? null : OfPair(user, password);
    }

    private static Login ReadAuth(string auth)
    {
        var bytes = new byte[auth.Length];
        if (Convert.TryFromBase64String(Padded(auth.Trim()), bytes, out var length)
            && Encoding.UTF8.GetString(bytes, 0, length) is var pair
            && pair.IndexOf(':', StringComparison.Ordinal) is var colon and > 0)
        {
            // Docker pads a password with zeros.
            return OfPair(pair[..colon], pair[(colon + 1)..].TrimEnd('\0'));
        }
        throw new ShapeException("has an auth that is no base64 of user:password");
    }

    private static string Padded(string base64) => base64.PadRight((base64.Length + 3) / 4 * 4, '=');

    /// <summary>Helpers write an identity token under this user name, and copies of their answers are found in files.</summary>
    private static Login OfPair(string user, string password) =>
        user == "<token>" ? Login.IdentityToken(password) : Login.Password(user, password);
}
