using System.Globalization;

namespace Tapedeck.Kube.Objects;

/// <summary>Times as the API writes them, in UTC.</summary>
public static class KubeTime
{
    /// <summary>The type <c>Time</c>: whole seconds. An API server refuses more.</summary>
    public static string Seconds(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The type <c>MicroTime</c>, as in Leases and Events: exactly six digits.</summary>
    public static string Micro(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
