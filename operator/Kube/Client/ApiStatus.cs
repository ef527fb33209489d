using System.Text.Json;
using Tapedeck.Kube.Objects;

namespace Tapedeck.Kube.Client;

/// <summary>What a server says when it does not do what was asked.
/// <see href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/"/></summary>
/// <param name="Code">The HTTP status code; 0 where no answer came.</param>
/// <param name="Reason">One word of the API, as <c>AlreadyExists</c>; may be empty.</param>
/// <param name="RetryAfter">When the server wants to be asked again; null where it does not say.</param>
/// <param name="Continue">From where a list can be gone on with, though not consistently; mostly empty.</param>
public sealed record ApiStatus(int Code, string Reason, string Message, IReadOnlyList<ApiCause> Causes, TimeSpan? RetryAfter, string Continue)
{
    private const int LongestMessage = 4_096;
    private const int MostCauses = 100;

    /// <summary>Reads a Status object; what is no Status becomes one without words of its own.</summary>
    /// <param name="json">Null where the body was not JSON.</param>
    internal static ApiStatus Read(JsonElement? json, int code, TimeSpan? retryAfterHeader)
    {
        if (json?.Text("kind") != "Status")
        {
            return new(code, "", "no Status object came with the answer", [], retryAfterHeader, "");
        }
        var status = json.Value;
        var details = status.Field("details");
        var seconds = details?.Number("retryAfterSeconds") is { } number and > 0 ? TimeSpan.FromSeconds(Math.Min(number, 86_400)) : (TimeSpan?)null;
        return new(
            code != 0 ? code : (int)Math.Clamp(status.Number("code") ?? 0, 0, 599),
            status.Text("reason") ?? "",
            Cut(status.Text("message") ?? ""),
            [.. details.Items("causes").Take(MostCauses).Select(cause => new ApiCause(cause.Text("reason") ?? "", Cut(cause.Text("message") ?? ""), cause.Text("field") ?? ""))],
            retryAfterHeader ?? seconds,
            status.Field("metadata").Text("continue") ?? "");
    }

    /// <summary>A failure that no server spoke of.</summary>
    internal static ApiStatus Silent(string message) => new(0, "", message, [], null, "");

    private static string Cut(string text) => text.Length <= LongestMessage ? text : text[..LongestMessage] + "...";
}
