using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Rpc;
using Rpc.Client;
using Rpc.Hosting;
using Rpc.Server;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds servers and clients to a host.</summary>
public static class RpcServiceCollectionExtensions
{
    /// <summary>Adds a server that starts and stops with the host.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Says what it serves and where it listens. Runs when the server is made; <c>services.Configure&lt;RpcServerOptions&gt;</c> has been applied.</param>
    /// <returns><paramref name="services"/>.</returns>
    /// <exception cref="InvalidOperationException">A server was added before.</exception>
    /// <remarks>Logging and clock are the host's. <see cref="RpcServer"/>, <see cref="IRpcConnectionDirectory"/>, <see cref="RpcGroup{T}"/> and <see cref="RpcGroups"/> can be injected anywhere,
    /// <see cref="RpcConnection"/> and <see cref="RpcContext"/> into what serves a connection or a call.</remarks>
    public static IServiceCollection AddRpcServer(this IServiceCollection services, Action<RpcServerBuilder> configure)
    {
        if (configure is null)
        {
            throw new ArgumentNullException(nameof(configure));
        }

        if (services.Any(static service => service.ServiceType == typeof(RpcServer)))
        {
            throw new InvalidOperationException("A server was added before. Let one server serve all contracts and listen at all addresses.");
        }

        services.AddOptions();
        services.TryAddScoped<ConnectionAccessor>();
        services.TryAddScoped(static provider => provider.GetRequiredService<ConnectionAccessor>().Connection
            ?? throw new InvalidOperationException("There is an RpcConnection only in what serves a connection."));
        services.TryAddScoped(static _ => RpcContext.Current ?? throw new InvalidOperationException("There is an RpcContext only in what serves a call."));
        services.TryAddSingleton(typeof(RpcGroup<>));
        services.TryAddSingleton(static provider =>
        {
            var groups = provider.GetService<IRpcBackplane>() is { } backplane ? new RpcGroups(backplane) : new RpcGroups();
            foreach (var setup in provider.GetServices<GroupSetup>())
            {
                setup.Configure(groups);
            }

            return groups;
        });
        services.AddSingleton(provider =>
        {
            var builder = new RpcServerBuilder();
            UseHost(builder.Options, provider);
            foreach (var setup in provider.GetServices<IConfigureOptions<RpcServerOptions>>())
            {
                setup.Configure(builder.Options);
            }

            configure(builder);
            return new RpcServer(builder, provider);
        });
        services.TryAddSingleton(static provider => provider.GetRequiredService<RpcServer>().Directory);
        services.AddSingleton<IHostedService, RpcServerHostedService>();
        return services;
    }

    /// <summary>Chooses how groups of a contract treat slow members: the <see cref="RpcGroup{T}"/> that can be injected, and the named ones of <see cref="RpcGroups"/>.</summary>
    /// <typeparam name="T">The contract that the members serve.</typeparam>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddRpcGroup<T>(this IServiceCollection services, Action<RpcGroupOptions> configure)
        where T : class
    {
        if (configure is null)
        {
            throw new ArgumentNullException(nameof(configure));
        }

        var options = new RpcGroupOptions();
        configure(options);
        services.AddSingleton(new GroupSetup(groups => groups.Configure<T>(options)));
        services.AddSingleton(_ => new RpcGroup<T>(options));
        return services;
    }

    /// <summary>Adds a client that connects with its first call, and anew with the first call after its connection was lost.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="address">Where to; the scheme chooses the transport.</param>
    /// <param name="configure">Sets the options: what the client serves, limits, keepalive, transports.</param>
    /// <returns>A builder that adds proxies.</returns>
    public static RpcClientBuilder AddRpcClient(this IServiceCollection services, string address, Action<RpcClientOptions>? configure = null) =>
        AddRpcClient(services, address, (_, options) => configure?.Invoke(options));

    /// <summary>Adds a client that connects with its first call, and anew with the first call after its connection was lost.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="address">Where to; the scheme chooses the transport.</param>
    /// <param name="configure">Sets the options, with what the container has.</param>
    /// <returns>A builder that adds proxies.</returns>
    public static RpcClientBuilder AddRpcClient(this IServiceCollection services, string address, Action<IServiceProvider, RpcClientOptions> configure)
    {
        if (configure is null)
        {
            throw new ArgumentNullException(nameof(configure));
        }

        var uri = Uri.TryCreate(address, UriKind.Absolute, out var parsed)
            ? parsed
            : throw new ArgumentException($"'{address}' is no address such as tcp://host:port.", nameof(address));
        services.AddOptions();
        var key = new ClientKey();
        services.AddSingleton(provider =>
        {
            var options = new RpcClientOptions();
            UseHost(options, provider);
            foreach (var setup in provider.GetServices<IConfigureOptions<RpcClientOptions>>())
            {
                setup.Configure(options);
            }

            configure(provider, options);
            return new ClientRegistration(key, options.Reconnect is null ? new LazyConnector(uri, options) : new ReconnectingConnector(uri, options));
        });
        return new RpcClientBuilder(services, key);
    }

    private static void UseHost(RpcConnectionOptions options, IServiceProvider provider)
    {
        options.LoggerFactory = provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;
        options.TimeProvider = provider.GetService<TimeProvider>() ?? TimeProvider.System;
    }
}
