using Xunit;

namespace Tapedeck.Policy.Tests.Checks;

/// <summary>The truth table of methods and paths.</summary>
public sealed class PathTests
{
    private static readonly Grants Grants = Policies.Grants("""
        network:
          allow:
          - {host: api.example, methods: [GET, HEAD], pathPrefix: /api}
          - {host: slash.example, pathPrefix: /api/}
          - {host: all.example}
          - {host: root.example, pathPrefix: /}
          - {host: "caf.example", pathPrefix: /caf%C3%A9}
          deny:
          - {host: all.example, pathPrefix: /admin}
          - {host: all.example, methods: [DELETE]}
        """);

    [Theory]
    [InlineData("the prefix itself", "GET https://api.example/api", "Granted")]
    [InlineData("the prefix with a slash", "GET https://api.example/api/", "Granted")]
    [InlineData("below the prefix", "GET https://api.example/api/v1/x", "Granted")]
    [InlineData("with a query", "GET https://api.example/api?x=/../..", "Granted")]
    [InlineData("a longer segment", "GET https://api.example/apix", "NoRule")]
    [InlineData("a longer segment with a hyphen", "GET https://api.example/api-internal/x", "NoRule")]
    [InlineData("another case", "GET https://api.example/API", "NoRule")]
    [InlineData("the root", "GET https://api.example/", "NoRule")]
    [InlineData("no path", "GET https://api.example", "NoRule")]
    [InlineData("the prefix in the query", "GET https://api.example/?/api", "NoRule")]
    [InlineData("out by dots", "GET https://api.example/api/../admin", "NoRule")]
    [InlineData("out by dots at the end", "GET https://api.example/api/..", "NoRule")]
    [InlineData("out and in again", "GET https://api.example/api/../api/x", "Granted")]
    [InlineData("in by dots", "GET https://api.example/x/../api/y", "Granted")]
    [InlineData("one dot", "GET https://api.example/./api/./x", "Granted")]
    [InlineData("above the root", "GET https://api.example/../../api/x", "Granted")]
    [InlineData("out by encoded dots", "GET https://api.example/api/%2e%2e/admin", "NoRule")]
    [InlineData("out by encoded dots in upper case", "GET https://api.example/api/%2E%2E/admin", "NoRule")]
    [InlineData("out by half-encoded dots", "GET https://api.example/api/.%2e/admin", "NoRule")]
    [InlineData("out by an encoded slash", "GET https://api.example/api%2f..%2fadmin", "NoRule")]
    [InlineData("out by an encoded slash behind the prefix", "GET https://api.example/api/x%2f..%2f..%2fadmin", "NoRule")]
    [InlineData("an encoded slash below the prefix", "GET https://api.example/api/group%2Fproject", "Granted")]
    [InlineData("an encoded slash within the prefix", "GET https://api.example/x%2f..%2fapi", "NoRule")]
    [InlineData("out by twice encoded dots", "GET https://api.example/api/%252e%252e/admin", "NoRule")]
    [InlineData("out by thrice encoded dots", "GET https://api.example/api/%25252e%25252e/admin", "NoRule")]
    [InlineData("encoded deeper than anyone decodes", "GET https://api.example/api/%2525252525252e", "NoRule")]
    [InlineData("out by an encoded backslash", "GET https://api.example/api/..%5cadmin/..%5c..%5cx", "NoRule")]
    [InlineData("a backslash", "GET https://api.example/api\\..\\admin", "Malformed")]
    [InlineData("out by dots with a parameter", "GET https://api.example/api/..;/admin", "NoRule")]
    [InlineData("out by dots with an encoded parameter", "GET https://api.example/api/..%3b/admin", "NoRule")]
    [InlineData("a parameter below the prefix", "GET https://api.example/api/x;v=1", "Granted")]
    [InlineData("two slashes at the start", "GET https://api.example//api/x", "Granted")]
    [InlineData("two slashes below the prefix", "GET https://api.example/api//x", "Granted")]
    [InlineData("out by dots and two slashes", "GET https://api.example/api//../../admin", "NoRule")]
    [InlineData("encoded letters of the prefix", "GET https://api.example/%61pi/x", "Granted")]
    [InlineData("overlong UTF-8 dots", "GET https://api.example/api/%c0%ae%c0%ae/admin", "NoRule")]
    [InlineData("an encoded zero", "GET https://api.example/api/%00", "NoRule")]
    [InlineData("half an encoding", "GET https://api.example/api/%2", "Malformed")]
    [InlineData("no encoding", "GET https://api.example/api/%zz", "Malformed")]
    [InlineData("an encoding of IIS", "GET https://api.example/api/%u002e%u002e/admin", "Malformed")]
    [InlineData("a fragment", "GET https://api.example/api#/../admin", "Malformed")]
    [InlineData("a carriage return", "GET https://api.example/api\r\nX:", "Malformed")]
    [InlineData("a letter that is not encoded", "GET https://api.example/api/é", "Malformed")]
    [InlineData("a prefix with a slash at its end: itself", "GET https://slash.example/api", "Granted")]
    [InlineData("a prefix with a slash at its end: below", "GET https://slash.example/api/x", "Granted")]
    [InlineData("a prefix with a slash at its end: longer", "GET https://slash.example/apix", "NoRule")]
    [InlineData("the root as a prefix", "GET https://root.example/a/b", "Granted")]
    [InlineData("an encoded prefix", "GET https://caf.example/caf%C3%A9/x", "Granted")]
    [InlineData("an encoded prefix in lower case", "GET https://caf.example/caf%c3%a9/x", "Granted")]
    [InlineData("a method that is named", "HEAD https://api.example/api", "Granted")]
    [InlineData("a method that is not named", "POST https://api.example/api", "NoRule")]
    [InlineData("a method in lower case", "get https://api.example/api", "NoRule")]
    [InlineData("a method that is no token", "GET\tX https://api.example/api", "Malformed")]
    [InlineData("a tunnel", "CONNECT https://all.example/", "NeverGrantable")]
    [InlineData("a tunnel in lower case", "connect https://all.example/", "NeverGrantable")]
    [InlineData("a method of one's own", "PURGE https://all.example/x", "Granted")]
    [InlineData("a denied method", "DELETE https://all.example/x", "DeniedByPolicy")]
    [InlineData("a denied method in lower case", "delete https://all.example/x", "DeniedByPolicy")]
    [InlineData("a denied path", "GET https://all.example/admin", "DeniedByPolicy")]
    [InlineData("below a denied path", "GET https://all.example/admin/users", "DeniedByPolicy")]
    [InlineData("a denied path in another case", "GET https://all.example/Admin", "DeniedByPolicy")]
    [InlineData("a denied path by two slashes", "GET https://all.example//admin", "DeniedByPolicy")]
    [InlineData("a denied path by dots", "GET https://all.example/x/../admin", "DeniedByPolicy")]
    [InlineData("a denied path by encoded dots", "GET https://all.example/x/%2e%2e/admin", "DeniedByPolicy")]
    [InlineData("a denied path by encoded letters", "GET https://all.example/%61dmin", "DeniedByPolicy")]
    [InlineData("a denied path by twice encoded letters", "GET https://all.example/%2561dmin", "DeniedByPolicy")]
    [InlineData("a denied path by an encoded slash", "GET https://all.example/x%2f..%2fadmin", "DeniedByPolicy")]
    [InlineData("a denied path with a parameter", "GET https://all.example/admin;x", "DeniedByPolicy")]
    [InlineData("perhaps a denied path", "GET https://all.example/%c0%afadmin", "DeniedByPolicy")]
    [InlineData("a longer segment than a denied path", "GET https://all.example/administrator", "Granted")]
    public void Request_for_path(string name, string request, string reason) =>
        Assert.Equal(reason, Grants.Decide(Requests.Of(request)).Reason.ToString());
}
