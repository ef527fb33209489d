using System.Net;
using System.Text.Json;

namespace Tapedeck.Mcp.Tests;

/// <summary>A response that came to its end.</summary>
internal sealed record Answer(HttpStatusCode Status, string? ContentType, string Body, HttpResponseMessage Response)
{
    internal JsonElement Json => JsonDocument.Parse(Body).RootElement;

    internal JsonElement Result => Json.GetProperty("result");

    /// <summary>The text of a tool's first content block.</summary>
    internal string Text => Result.GetProperty("content")[0].GetProperty("text").GetString()!;

    internal int? ErrorCode => Body.Length > 0 && Json.TryGetProperty("error", out var error) ? error.GetProperty("code").GetInt32() : null;

    internal string? ErrorMessage => Json.GetProperty("error").GetProperty("message").GetString();

    /// <summary>The messages of an event stream.</summary>
    internal JsonElement[] Events =>
        [.. Body.Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(line => JsonDocument.Parse(line[6..]).RootElement)];

    internal static async Task<Answer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken) => new(
        response.StatusCode, response.Content.Headers.ContentType?.ToString(), await response.Content.ReadAsStringAsync(cancellationToken), response);
}
