namespace Tapedeck.Oci.Credentials;

/// <summary>A login and what it is for.</summary>
internal sealed record LoginEntry(LoginScope Scope, Login Login);
