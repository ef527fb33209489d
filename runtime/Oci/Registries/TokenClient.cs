using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Tapedeck.Oci.Credentials;
using Tapedeck.Oci.Images;
using Tapedeck.Oci.Network;

namespace Tapedeck.Oci.Registries;

/// <summary>
/// Gets tokens from token servers and keeps them as long as they hold.
/// <see href="https://distribution.github.io/distribution/spec/auth/token/"/>, <see href="https://distribution.github.io/distribution/spec/auth/oauth/"/>
/// </summary>
internal sealed class TokenClient(PullOptions options, Transport transport)
{
    private const int MostBytes = 64 << 10;
    private const int MostKept = 1000;
    private const int DefaultSeconds = 60;
    private readonly ConcurrentDictionary<Key, Token> _kept = new();

    /// <summary>A token that lets <paramref name="repository"/> be pulled from.</summary>
    /// <param name="login">Null is anonymous.</param>
    /// <param name="refused">The token that the registry did not take, which is then not given again.</param>
    internal async Task<Outcome<Token>> Get(
        Challenge challenge, Place place, string repository, Login? login, string? refused, CancellationToken cancellationToken)
    {
        var registry = options.For(place.Origin);
        if (!Uri.TryCreate(challenge["realm"], UriKind.Absolute, out var realm))
        {
            return new TerminalError(OciErrorKind.Malformed, "the registry asks for a token and names no server for it", place.Name, "look at the registry");
        }
        if (TokenRealm.Refusal(realm, place.Origin, registry, login is not null) is { } refusal)
        {
            return new TerminalError(OciErrorKind.Refused, $"the token server {UntrustedText.Show(realm.Authority)} that the registry names {refusal}", place.Name,
                $"if it is the right one, name it for the registry: --token-host {UntrustedText.Show($"{place.Origin}={realm.Host}")}, in a cluster cluster.tokenHosts of the chart");
        }
        // Just what a pull needs, whatever the challenge asks for.
        var key = new Key(realm, challenge["service"] ?? "", $"repository:{repository}:pull", login);
        if (_kept.TryGetValue(key, out var kept) && kept.RenewAt > options.Time.GetUtcNow() && kept.Value != refused)
        {
            return kept;
        }
        var token = await Ask(key, place, cancellationToken);
        if (token.IsOk)
        {
            if (_kept.Count >= MostKept)
            {
                _kept.Clear();
            }
            _kept[key] = token.Value;
        }
        return token;
    }

    private async Task<Outcome<Token>> Ask(Key key, Place place, CancellationToken cancellationToken)
    {
        // A redirect would carry a login to a host that nobody judged, and no token server needs one.
        var answer = await transport.Send(() => Request(key), place, cancellationToken);
        if (!answer.IsOk)
        {
            return answer.Error;
        }
        using var response = answer.Value;
        if (response.StatusCode != HttpStatusCode.OK || response.RequestMessage!.RequestUri!.Authority != key.Realm.Authority)
        {
            return response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.BadRequest
                ? RegistryErrors.Denied($"the token server {key.Realm.Authority} refuses a token ({(int)response.StatusCode})", place, key.Login, options)
                : new TerminalError(OciErrorKind.Malformed, $"the token server {key.Realm.Authority} answers {(int)response.StatusCode}", place.Name, "look at the token server");
        }
        var body = await ResponseBody.ReadAll(response, MostBytes, place, options, cancellationToken);
        return body.IsOk ? Read(body.Value, key, place) : body.Error;
    }

    private Outcome<Token> Read(byte[] body, Key key, Place place)
    {
        try
        {
            using var json = JsonShape.Parse(body);
            var root = json.RootElement;
            var value = root.FindText("token", MostBytes) is { Length: > 0 } token ? token : root.NeedText("access_token", MostBytes);
            if (value.AsSpan().ContainsAnyExceptInRange('!', '~'))
            {
                throw new ShapeException("has a token with characters that no header takes");
            }
            var seconds = Math.Clamp(root.Find("expires_in") is { } lifetime ? lifetime.AsSize("expires_in") : DefaultSeconds, 0, 24 * 3600);
            // A tenth early: clocks differ, and a pull takes its time.
            return new Token(value, options.Time.GetUtcNow() + TimeSpan.FromSeconds(seconds * 0.9));
        }
        catch (ShapeException e)
        {
            return new TerminalError(OciErrorKind.Malformed, $"the answer of the token server {key.Realm.Authority} {e.Message}", place.Name, "look at the token server");
        }
    }

    private static HttpRequestMessage Request(Key key)
    {
        if (key.Login is { Kind: LoginKind.IdentityToken } identity)
        {
            return new HttpRequestMessage(HttpMethod.Post, key.Realm)
            {
                Content = new FormUrlEncodedContent(new Dictionary<string, string>
                {
                    ["grant_type"] = "refresh_token",
                    ["service"] = key.Service,
                    ["scope"] = key.Scope,
                    ["client_id"] = "tapedeck",
                    ["refresh_token"] = identity.Secret,
                }),
            };
        }
        var separator = key.Realm.Query.Length > 0 ? '&' : '?';
        var request = new HttpRequestMessage(HttpMethod.Get,
            $"{key.Realm}{separator}service={Uri.EscapeDataString(key.Service)}&scope={Uri.EscapeDataString(key.Scope)}");
        if (key.Login is { } login)
        {
            request.Headers.Authorization = Basic(login);
        }
        return request;
    }

    internal static AuthenticationHeaderValue Basic(Login login) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{login.User}:{login.Secret}")));

    private sealed record Key(Uri Realm, string Service, string Scope, Login? Login);
}
