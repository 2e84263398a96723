<?php
// Stack shop: written by `cobnut render` from stack.yml; change it there.
// These parts belong into app/etc/env.php. Keep the id_prefix that is there, if there is one.
return [
    'cache' => [
        'frontend' => [
            'default' => [
                'id_prefix' => 'magento_',
                'backend' => 'Magento\\Framework\\Cache\\Backend\\Redis',
                'backend_options' => [
                    'server' => '10.0.0.100',
                    'port' => '6379',
                    'database' => '0',
                    'password' => 'it\'s <top> \\secret',
                    'timeout' => '2.5',
                    'read_timeout' => '15',
                    'connect_retries' => '2',
                    'persistent' => '',
                    'force_standalone' => '0',
                    'compress_data' => '1',
                    'use_lua' => '1',
                    'load_from_slave' => '10.0.0.100:6389',
                    'retry_reads_on_master' => '1',
                ],
            ],
            'page_cache' => [
                'id_prefix' => 'magento_',
                'backend' => 'Magento\\Framework\\Cache\\Backend\\Redis',
                'backend_options' => [
                    'server' => '10.0.0.100',
                    'port' => '6380',
                    'database' => '0',
                    'password' => 'it\'s <top> \\secret',
                    'timeout' => '2.5',
                    'read_timeout' => '9',
                    'connect_retries' => '2',
                    'persistent' => '',
                    'force_standalone' => '0',
                    'compress_data' => '1',
                    'use_lua' => '1',
                ],
            ],
        ],
    ],
    'session' => [
        'save' => 'redis',
        'redis' => [
            // the password belongs here; it could not be read when this was written: env:SESSION_PASSWORD
            // use_lua stays off: sess has 2 shards
            // Magento's sessions know no user names: name a user of the pool default for them.
            'host' => '10.0.0.100',
            'port' => '6381',
            'database' => '0',
            'password' => 'PASSWORD',
            'timeout' => '2.5',
            'persistent_identifier' => '',
            'compression_threshold' => '2048',
            'compression_library' => 'gzip',
            'log_level' => '4',
            'max_concurrency' => '6',
            'break_after_frontend' => '5',
            'break_after_adminhtml' => '30',
            'first_lifetime' => '600',
            'bot_first_lifetime' => '60',
            'bot_lifetime' => '7200',
            'disable_locking' => '0',
            'min_lifetime' => '60',
            'max_lifetime' => '2592000',
        ],
    ],
];
