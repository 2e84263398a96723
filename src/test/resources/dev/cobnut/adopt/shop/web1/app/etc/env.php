<?php
return [
    'backend' => ['frontName' => 'admin_1x2'],
    'db' => ['connection' => ['default' => ['host' => 'db', 'password' => 's3cret of the database']]],
    'session' => [
        'save' => 'redis',
        'redis' => [
            'host' => '10.0.0.100',
            'port' => '6381',
            'password' => 's3cret of red',
            'database' => '2',
            'disable_locking' => '0',
        ],
    ],
    'cache' => [
        'frontend' => [
            'default' => [
                'backend' => 'Magento\\Framework\\Cache\\Backend\\Redis',
                'backend_options' => [
                    'server' => '10.0.0.100',
                    'port' => '6379',
                    'database' => '0',
                    'password' => 's3cret of red',
                    'compress_data' => '1',
                ],
            ],
        ],
    ],
];
