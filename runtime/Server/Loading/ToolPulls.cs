using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Tapedeck.Manifest.Specs;
using Tapedeck.Oci;
using Tapedeck.Oci.Credentials;
using Tapedeck.Oci.Registries;
using Tapedeck.Oci.Storage;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Server.Loading;

/// <summary>
/// What a WasmTool says of its registry (<c>plainHttp</c>, <c>pullSecrets</c>, <c>certificateConfigMap</c>), done on a laptop. In a pod the operator has put
/// it in place already.
/// </summary>
/// <param name="helpers">Asks the credential helper of a docker configuration file for the login of a registry; null where it has none.</param>
internal sealed class ToolPulls(PullOptions options, ContentStore? store, IMounts mounts, Func<string, string, CancellationToken, Task<Login?>> helpers)
{
    /// <summary>A puller for this source alone, which the caller disposes of; null where the common one does, or where there is a problem.</summary>
    internal async Task<(Puller? Own, string Problem)> OfAsync(ComponentSource source, CancellationToken cancellationToken)
    {
        if (source is not OciSource oci || Reference.Parse(oci.Repository).Value is not { } reference)
        {
            return (null, "");
        }
        var logins = new List<LoginList>();
        foreach (var name in oci.PullSecrets)
        {
            if (SecretOf(name, out var problem) is not { } secret)
            {
                return (null, problem);
            }
            logins.Add(secret);
        }
        var registry = options.Registries.GetValueOrDefault(reference.Registry, RegistryOptions.Default);
        if (oci.CertificateConfigMap is { } configMap)
        {
            if (AuthoritiesOf(configMap, out var problem) is not { } authorities)
            {
                return (null, problem);
            }
            registry = registry with { Authorities = authorities };
        }
        if (options.Logins.HelperOf(reference.Registry) is { } helper && await helpers(helper, reference.Registry, cancellationToken) is { } login)
        {
            logins.Add(LoginList.Of(reference.Registry, login));
        }
        return logins.Count == 0 && oci.CertificateConfigMap is null && !oci.PlainHttp ? (null, "") : (new Puller(options with
        {
            Logins = LoginList.Join([.. logins, options.Logins]),
            Registries = options.Registries.SetItem(reference.Registry, registry with { PlainHttp = registry.PlainHttp || oci.PlainHttp }),
        }, store), "");
    }

    private LoginList? SecretOf(string name, out string problem)
    {
        problem = "";
        string? json = null;
        foreach (var key in DockerConfig.SecretKeys.TakeWhile(_ => json is null))
        {
            json = mounts.ValueOf(new KeySource(KeySourceKind.Secret, name, key), out var missing);
            // What is said is how to give the kind that is usual.
            problem = problem.Length == 0 ? missing : problem;
        }
        if (json is null)
        {
            return null;
        }
        var logins = DockerConfig.Parse(Encoding.UTF8.GetBytes(json), $"the Secret {name}");
        problem = logins.IsOk ? "" : logins.Error.ToString();
        return logins.Value;
    }

    private X509Certificate2Collection? AuthoritiesOf(string configMap, out string problem)
    {
        if (mounts.ValueOf(new KeySource(KeySourceKind.ConfigMap, configMap, "ca.crt"), out problem) is not { } pem)
        {
            return null;
        }
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            // Said below, as of a text without any certificate.
        }
        problem = authorities.Count > 0 ? "" : $"the key ca.crt of ConfigMap {configMap} holds no certificate in PEM; put there what the registry's certificate is checked by";
        return authorities.Count > 0 ? authorities : null;
    }
}
