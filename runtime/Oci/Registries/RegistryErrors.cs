using System.Net;
using Tapedeck.Oci.Credentials;
using Tapedeck.Oci.Images;
using Tapedeck.Oci.Network;

namespace Tapedeck.Oci.Registries;

/// <summary>Answers of a registry that are not what was asked for, as errors.</summary>
internal static class RegistryErrors
{
    private const int MostBytes = 64 << 10;

    /// <summary>Of a registry's own words only the code is repeated: details hold paths and tokens.
    /// <see href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes"/></summary>
    internal static async Task<OciError> Of(
        HttpResponseMessage response, string what, Place place, Login? login, PullOptions options, CancellationToken cancellationToken)
    {
        var body = await ResponseBody.ReadAll(response, MostBytes, place, options, cancellationToken);
        var status = $"{(int)response.StatusCode}{(Code(body.Value) is { } code ? $" {code}" : "")}";
        var host = response.RequestMessage!.RequestUri!.Authority;
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => Denied($"{host} denies {what} ({status})", place, login, options),
            HttpStatusCode.NotFound => new TerminalError(OciErrorKind.NotFound, $"{host} has no {what} ({status})", place.Name,
                "look at the name; some registries also answer so where a login is missing"),
            _ => new TerminalError(OciErrorKind.Malformed, $"{host} answers {status} for {what}", place.Name, "look at the registry"),
        };
    }

    internal static OciError Denied(string what, Place place, Login? login, PullOptions options)
    {
        var helper = options.Logins.HelperOf(place.Origin);
        var advice = login is not null ? "look at the rights of the login, and whether it has expired"
            : helper is null ? "give a login for this registry"
            : $"give a login for this registry under auths: the file of logins names the program docker-credential-{UntrustedText.Show(helper)}, and no program is started";
        return new TerminalError(OciErrorKind.Denied, what, place.Name, advice);
    }

    private static string? Code(byte[]? body)
    {
        try
        {
            using var json = JsonShape.Parse(body ?? []);
            var errors = json.RootElement.Need("errors").AsArray("errors", 100);
            var code = errors.GetArrayLength() > 0 ? errors[0].AsObject("error").NeedText("code", 64) : "";
            return code.Length > 0 && code.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') ? code : null;
        }
        catch (ShapeException)
        {
            return null;
        }
    }
}
