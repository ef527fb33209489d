namespace Tapedeck.Oci.Credentials;

/// <summary>How one is known to a registry. A class and not a record, so that nothing prints it.</summary>
public sealed class Login
{
    private Login(string user, string secret, LoginKind kind) => (User, Secret, Kind) = (user, secret, kind);

    internal string User { get; }

    internal string Secret { get; }

    internal LoginKind Kind { get; }

    /// <summary>A user name and its password.</summary>
    public static Login Password(string user, string password) => new(user, password, LoginKind.Password);

    /// <summary>A refresh token of a token server (<c>identitytoken</c>).</summary>
    public static Login IdentityToken(string token) => new("", token, LoginKind.IdentityToken);

    /// <summary>A token for the registry itself (<c>registrytoken</c>).</summary>
    public static Login RegistryToken(string token) => new("", token, LoginKind.RegistryToken);

    public override string ToString() => $"a login by {Kind}";
}
