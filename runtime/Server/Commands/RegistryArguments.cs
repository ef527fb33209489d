using System.Collections.Immutable;
using System.CommandLine;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tapedeck.Oci;
using Tapedeck.Oci.Network;
using Tapedeck.Oci.Registries;
using Tapedeck.Policy.Limits;

namespace Tapedeck.Server.Commands;

/// <summary>What the command line says of pulls. In a pod it is what the installer told the operator.</summary>
internal static class RegistryArguments
{
    internal static readonly Option<string[]> PlainHttp = new("--plain-http") { Description = "A registry, host:port, that is talked to without TLS; may be given again." };

    private static readonly Option<string[]> AllowAddress = new("--allow-address") { Description = "A host or CIDR block, not public, that pulls may connect to; may be given again." };

    private static readonly Option<string[]> TokenHosts = new("--token-host")
    {
        Description = "A host besides the registry's own whose token server may see its login, as REGISTRY=HOST; may be given again.",
    };

    private static readonly Option<string[]> Mirrors = new("--mirror")
    {
        Description = "A host with copies of a registry's content, asked before it for what has a digest, as REGISTRY=HOST; may be given again.",
    };

    private static readonly Option<string[]> ClientCertificates = new("--client-certificate")
    {
        Description = "A file with the certificate and its key in PEM by which a registry knows who pulls, as REGISTRY=FILE; may be given again.",
    };

    private static readonly Option<bool> ContainerImages = new("--container-images") { Description = "Take a container image that holds one .wasm file." };

    private static readonly Option<string?> MostBytes = new("--max-component") { Description = "The most bytes that a component may have, such as 128Mi. 64Mi by default, 1Gi at most." };

    /// <summary>Of every command that pulls.</summary>
    internal static Option[] All { get; } = [PlainHttp, AllowAddress, TokenHosts, Mirrors, ClientCertificates, ContainerImages, MostBytes];

    internal static void AddTo(Command command)
    {
        foreach (var option in All)
        {
            command.Add(option);
        }
    }

    /// <exception cref="StartException">Something given cannot be used.</exception>
    internal static PullOptions OptionsOf(ParseResult arguments)
    {
        var allowed = arguments.GetValue(AllowAddress) ?? [];
        var options = new PullOptions
        {
            Addresses = new AddressRules(
                allowed.Where(text => !text.Contains('/', StringComparison.Ordinal)),
                allowed.Where(text => text.Contains('/', StringComparison.Ordinal)).Select(text =>
                    IPNetwork.TryParse(text, out var network) ? network : throw new StartException($"--allow-address expects a host or a CIDR block such as 10.1.2.0/24, and not '{text}'"))),
            Registries = Registries(arguments),
            Proxies = Proxies(),
            ContainerImages = arguments.GetValue(ContainerImages),
        };
        return arguments.GetValue(MostBytes) is { } most ? options with { MostComponentBytes = Bytes(most) } : options;
    }

    private static ProxySettings Proxies()
    {
        try
        {
            return ProxySettings.FromEnvironment(Environment.GetEnvironmentVariable);
        }
        catch (FormatException exception)
        {
            throw new StartException($"{exception.Message}; give this variable, in small letters or capitals, such a one as http://proxy.example.com:3128, or unset it");
        }
    }

    private static ImmutableDictionary<string, RegistryOptions> Registries(ParseResult arguments)
    {
        var registries = ImmutableDictionary.CreateBuilder<string, RegistryOptions>(RegistryHost.Comparer);
        foreach (var registry in arguments.GetValue(PlainHttp) ?? [])
        {
            Set(Registry(PlainHttp, registry), options => options with { PlainHttp = true });
        }
        foreach (var (registry, host) in Pairs(arguments, TokenHosts, "HOST"))
        {
            Set(registry, options => options with { TokenHosts = options.TokenHosts.Add(Host(TokenHosts, host, mayHavePort: false)) });
        }
        foreach (var (registry, host) in Pairs(arguments, Mirrors, "HOST"))
        {
            Set(registry, options => options with { Mirrors = options.Mirrors.Add(new Mirror(Host(Mirrors, host, mayHavePort: true))) });
        }
        foreach (var (registry, file) in Pairs(arguments, ClientCertificates, "FILE"))
        {
            Set(registry, options => options with { ClientCertificate = Certificate(file) });
        }
        return registries.ToImmutable();

        void Set(string registry, Func<RegistryOptions, RegistryOptions> change) => registries[registry] = change(registries.GetValueOrDefault(registry, RegistryOptions.Default));
    }

    private static IEnumerable<(string Registry, string Value)> Pairs(ParseResult arguments, Option<string[]> option, string value) =>
        (arguments.GetValue(option) ?? []).Select(text => text.Split('=', 2) is [{ Length: > 0 } registry, { Length: > 0 } right]
            ? (Registry(option, registry), right)
            : throw new StartException($"{option.Name} expects REGISTRY={value}, and not '{text}'"));

    private static string Registry(Option option, string text) => RegistryHost.IsHost(text)
        ? text
        : throw new StartException($"{option.Name} expects a host, perhaps with a port, in lower case, and not '{text}'");

    private static string Host(Option option, string text, bool mayHavePort) =>
        Uri.TryCreate($"https://{text}/", UriKind.Absolute, out var address) && address.AbsolutePath == "/" && address.UserInfo.Length == 0 && (address.Host == text || (mayHavePort && (address.Authority == text || $"{address.Host}:{address.Port}" == text)))
            ? text
            : throw new StartException($"{option.Name} expects a host{(mayHavePort ? ", perhaps with a port," : " without a port")} in lower case, and not '{text}'");

    private static X509Certificate2 Certificate(string file)
    {
        const string Advice = "name a file with the certificate and its key in PEM, which has no password";
        try
        {
            return X509Certificate2.CreateFromPemFile(file);
        }
        catch (CryptographicException)
        {
            throw new StartException($"--client-certificate: {file} holds no certificate with its key; {Advice}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StartException.Unreadable("the client certificate", file, exception, Advice);
        }
    }

    private static int Bytes(string text) => Quantity.TryParse(text, out var bytes, out _) && bytes is > 0 and <= 1 << 30
        ? (int)bytes
        : throw new StartException($"--max-component expects a number of bytes such as 128Mi, 1Gi at most, and not '{text}'");
}
