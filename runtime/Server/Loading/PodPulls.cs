using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tapedeck.Manifest;
using Tapedeck.Manifest.Reading;
using Tapedeck.Manifest.Specs;
using Tapedeck.Oci;
using Tapedeck.Oci.Credentials;
using Tapedeck.Oci.Registries;
using Tapedeck.Policy.Reading;

namespace Tapedeck.Server.Loading;

/// <summary>What the operator mounted into a pod for its pulls: the logins of pull secrets, and the certificates that its registry is checked by.</summary>
internal static class PodPulls
{
    /// <param name="root">The file system's root; tests have one of their own.</param>
    /// <exception cref="IOException">A mounted file cannot be read.</exception>
    /// <exception cref="FormatException">A pull secret or a certificate is none; its content is not repeated.</exception>
    /// <exception cref="CryptographicException">A certificate is broken.</exception>
    internal static PullOptions Of(PullOptions options, string root = "/") => options with
    {
        Logins = LoginList.Join(Directory.Exists(Below(root, PodPaths.PullSecrets))
            ? Directory.EnumerateDirectories(Below(root, PodPaths.PullSecrets)).Order(StringComparer.Ordinal).Select(Login).OfType<LoginList>()
            : []),
        Registries = Registries(options, root),
    };

    private static LoginList? Login(string folder)
    {
        if (DockerConfig.SecretKeys.Select(key => Path.Combine(folder, key)).FirstOrDefault(File.Exists) is not { } file)
        {
            return null;
        }
        var logins = DockerConfig.Parse(File.ReadAllBytes(file), file);
        return logins.IsOk ? logins.Value : throw new FormatException(logins.Error.ToString());
    }

    /// <summary>The certificates are for the registry of the tool, and for no other.</summary>
    private static ImmutableDictionary<string, RegistryOptions> Registries(PullOptions options, string root)
    {
        var certificates = Below(root, PodPaths.RegistryCertificates);
        if (!File.Exists(certificates) || RegistryOf(Below(root, PodPaths.Tool)) is not { } registry)
        {
            return options.Registries;
        }
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(certificates);
        if (authorities.Count == 0)
        {
            // Nothing would be trusted, and pulls would fail without anybody knowing why.
            throw new FormatException($"{PodPaths.RegistryCertificates} holds no certificate in PEM; put there, as key ca.crt of certificateConfigMap, what the registry's certificate is checked by");
        }
        return options.Registries.SetItem(registry, options.Registries.GetValueOrDefault(registry, RegistryOptions.Default) with { Authorities = authorities });
    }

    private static string? RegistryOf(string file)
    {
        var problems = new ProblemList(file);
        var tool = File.Exists(file) && Documents.Read(File.ReadAllText(file), problems) is [var document] ? WasmToolReader.Read(document, problems) : null;
        return tool?.Spec.Component is OciSource oci ? Reference.Parse(oci.Repository).Value?.Registry : null;
    }

    private static string Below(string root, string path) => Path.Combine(root, path.TrimStart('/'));
}
