namespace Tapedeck.Oci.Credentials;

/// <summary>What the secret of a <see cref="Login"/> is.</summary>
internal enum LoginKind
{
    Password,
    IdentityToken,
    RegistryToken,
}
