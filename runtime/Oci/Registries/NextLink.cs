using System.Text.RegularExpressions;
using Tapedeck.Oci.Images;

namespace Tapedeck.Oci.Registries;

/// <summary>The way to the next page of a list. <see href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags"/></summary>
internal static partial class NextLink
{
    /// <summary>Path and query of the next page, or null at the end.</summary>
    /// <exception cref="ShapeException">It leads to another host, or to where it came from.</exception>
    internal static string? Of(HttpResponseMessage response, string current)
    {
        var headers = response.Headers.TryGetValues("Link", out var values) ? values : [];
        var link = headers.Where(header => header.Length <= 8192).Select(header => Next().Match(header)).FirstOrDefault(match => match.Success);
        if (link is null)
        {
            return null;
        }
        var from = response.RequestMessage!.RequestUri!;
        if (!Uri.TryCreate(from, link.Groups["target"].Value, out var target) || target.Authority != from.Authority || !target.AbsolutePath.StartsWith("/v2/", StringComparison.Ordinal))
        {
            throw new ShapeException("goes on at another host, or nowhere", OciErrorKind.Refused);
        }
        return target.PathAndQuery != from.PathAndQuery && target.PathAndQuery != current
            ? target.PathAndQuery
            : throw new ShapeException("goes on at the page where it came from");
    }

    [GeneratedRegex("<(?<target>[^<>]*)>[^,<]*;\\s*rel=\"?next\"?(\\s|;|,|$)", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Next();
}
