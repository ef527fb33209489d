using System.Collections.Immutable;
using System.Globalization;
using Tapedeck.Oci.Network;

namespace Tapedeck.Operator;

/// <summary>Where telemetry goes.</summary>
/// <param name="Endpoint">The collector's URL.</param>
/// <param name="Protocol"><c>grpc</c> or <c>http/protobuf</c>.</param>
internal sealed record Telemetry(Uri Endpoint, string Protocol);

/// <summary>The proxies through which registries are reached. Without logins: whoever may read pods of a tenant would read them.</summary>
/// <param name="Https">For registries with TLS; null for none.</param>
/// <param name="Http">For those without.</param>
/// <param name="Bypass">What is reached without them, as NO_PROXY has it.</param>
internal sealed record Proxies(Uri? Https, Uri? Http, ImmutableArray<string> Bypass)
{
    internal static Proxies None { get; } = new(null, null, []);

    internal bool IsEmpty => Https is null && Http is null;

    /// <summary>Ports on which they listen.</summary>
    internal IEnumerable<int> Ports => new[] { Https, Http }.OfType<Uri>().Select(proxy => proxy.Port).Distinct().Order();

    /// <summary>For the operator's own questions.</summary>
    internal ProxySettings ForRegistries => new(Https, Http, Bypass);

    /// <summary>As programs expect them in their environment.</summary>
    internal IEnumerable<KeyValuePair<string, string>> Variables()
    {
        foreach (var (name, proxy) in new[] { ("HTTPS_PROXY", Https), ("HTTP_PROXY", Http) })
        {
            if (proxy is not null)
            {
                yield return new(name, Text(proxy));
            }
        }
        if (!IsEmpty && !Bypass.IsEmpty)
        {
            yield return new("NO_PROXY", string.Join(',', Bypass));
        }
    }

    private static string Text(Uri proxy) => string.Create(CultureInfo.InvariantCulture, $"{proxy.Scheme}://{proxy.Host}:{proxy.Port}");
}
